"""A1: the intake is killed again and again while mail servers hand over mail."""

import random

from faults.counting import Outcome
from faults.rig import Rig

MAILS, KILLS = 300, 10


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("A1 intake dies")
    chance = random.Random(1)
    pauses = [chance.uniform(0.3, 1.5) for _ in range(round(KILLS * scale))]
    with rig.killing("intake", pauses, outcome):
        promised = rig.hand_over("a1", range(round(MAILS * scale)), outcome)
    rig.settle_in(outcome)
    outcome.count_in(promised, rig.stored("a1"))
    return outcome
