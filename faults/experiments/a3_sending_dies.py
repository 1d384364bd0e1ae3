"""A3: the worker is killed while it sends, at each of seven points and at random moments."""

import random

from faults.counting import Outcome
from faults.rig import Rig

REPLIES, EACH, KILLS = 60, 1, 2
POINTS = ("claimed", "connected", "addressed", "data", "handed-over", "answered", "committed")
"""After the claim, after signing in, after RCPT, before the dot is announced, after that and before
the dot, after 250 and before the commit, after the commit."""


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("A3 sending dies")
    replies, each = round(REPLIES * scale), max(1, round(EACH * scale))
    rig.settle_out("%", outcome)
    rig.hand_over("a3", range(replies), Outcome(""))
    rig.settle_in(outcome)
    for point in POINTS:
        rig.crash_at(point, each)
    chance = random.Random(3)
    pauses = [chance.uniform(5, 10) for _ in range(round(KILLS * scale))]
    with rig.killing("worker", pauses, outcome):
        rig.answer("a3")
        rig.settle_out("a3", outcome)
    left = rig.tokens()
    outcome.rounds += len(POINTS) * each - len(left)
    if left:
        outcome.troubles.append(f"nobody came to {', '.join(left)}")
        rig.forget_tokens()
    outcome.count_out(rig.replies("a3"), rig.arrived())
    return outcome
