"""A3: the worker is killed while it sends, at each of seven points and at random moments."""

import random
import time

from faults.counting import Outcome, times
from faults.rig import Rig

ROUNDS, KILLS, EACH = 2, 6, 14
POINTS = ("claimed", "connected", "addressed", "data", "handed-over", "answered", "committed")
"""After the claim, after signing in, after RCPT, before the dot is announced, after that and before
the dot, after 250 and before the commit, after the commit."""


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("A3 sending dies")
    rig.settle_out("%", outcome)
    for number in range(times(ROUNDS, scale, most=20)):
        name = _ask(rig, f"a3-{number}", EACH)
        for point in POINTS:
            rig.crash_at(point, 1)
        rig.answer(name)
        _until_used(rig, outcome)
        rig.settle_out(name, outcome, hurries=True)
    kills = times(KILLS, scale, most=200)
    name = _ask(rig, "a3-random", kills * 5)
    chance = random.Random(3)
    killer = rig.start_killing("worker", [chance.uniform(0.5, 3) for _ in range(kills)], outcome)
    rig.answer(name)
    killer.join()
    rig.settle_out(name, outcome, hurries=True)
    outcome.count_out(rig.replies("a3"), rig.arrived())
    return outcome


def _ask(rig: Rig, name: str, count: int) -> str:
    rig.hand_over(name, range(count), Outcome(""))
    rig.settle_in(Outcome(""))
    return name


def _until_used(rig: Rig, outcome: Outcome) -> None:
    """Until somebody died at each point; each is a round."""
    patience = time.monotonic() + rig.patience
    while left := rig.tokens():
        if time.monotonic() > patience:
            outcome.troubles.append(f"nobody came to {', '.join(left)}")
            rig.forget_tokens()
            break
        rig.bury()
        time.sleep(0.3)
    outcome.rounds += len(POINTS) - len(left)
