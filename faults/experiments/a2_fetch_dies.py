"""A2: pollers and worker are killed while a mailbox is fetched from Dovecot."""

import random

from faults.counting import Outcome
from faults.mailboxes import Far
from faults.rig import Rig

MAILS, KILLS = 300, 6


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("A2 fetching dies")
    chance = random.Random(2)
    with Far(rig, "a2@shop.example") as far:
        promised = far.deliver("a2", range(round(MAILS * scale)))
        far.connect(after_fetch="seen")
        rig.until_kept(far.address, 1)
        pauses = [chance.uniform(0.1, 3) for _ in range(round(KILLS * scale))]
        with rig.killing("pollers", pauses, outcome), rig.killing("worker", pauses[::2], outcome):
            far.wait_for("a2", promised, outcome)
        rig.settle_in(outcome)
        outcome.count_in(promised, rig.stored("a2"))
        far.check_left_alone(outcome)
    return outcome
