"""A1: the intake is killed again and again while mail servers hand over mail."""

import random

from faults.counting import Outcome, times
from faults.rig import Rig

MAILS, KILLS = 200, 15


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("A1 intake dies")
    name = rig.named("a1")
    chance = random.Random(1)
    pauses = [chance.uniform(0.3, 1.5) for _ in range(times(KILLS, scale, most=150))]
    mails = times(MAILS, scale, most=5000, least=40)
    killer = rig.start_killing("intake", pauses, outcome)
    promised = rig.hand_over(name, range(mails), outcome)
    promised |= rig.hand_over_during(killer, name, mails, outcome)
    rig.settle_in(outcome)
    outcome.count_in(promised, rig.stored(name))
    return outcome
