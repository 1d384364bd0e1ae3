"""B0: the worker is killed while it opens mail; every mail becomes one message."""

import random

from faults.counting import Outcome
from faults.rig import Rig

MAILS, KILLS = 150, 5


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("B0 opening dies")
    chance = random.Random(5)
    pauses = [chance.uniform(0.8, 2) for _ in range(round(KILLS * scale))]
    with rig.killing("worker", pauses, outcome):
        promised = rig.hand_over("b0", range(round(MAILS * scale)), outcome)
        rig.until_open("b0", len(promised) // 2)
    rig.bury()
    rig.settle_in(outcome)
    outcome.count_in(promised, rig.stored("b0"))
    return outcome
