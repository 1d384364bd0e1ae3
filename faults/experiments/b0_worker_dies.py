"""B0: the worker is killed while it opens mail; every mail becomes one message."""

import random

from faults.counting import Outcome, times
from faults.rig import Rig

MAILS, KILLS = 150, 8


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("B0 opening dies")
    name = rig.named("b0")
    chance = random.Random(5)
    pauses = [chance.uniform(0.3, 1.5) for _ in range(times(KILLS, scale, most=100, least=2))]
    mails = times(MAILS, scale, most=2000, least=40)
    killer = rig.start_killing("worker", pauses, outcome)
    promised = rig.hand_over(name, range(mails), outcome)
    promised |= rig.hand_over_during(killer, name, mails, outcome)
    rig.settle_in(outcome, hurries=True)
    outcome.count_in(promised, rig.stored(name))
    return outcome
