"""F3: the IMAP connection is cut, goes silent, is refused, loses its mails under our hands."""

import time

from faults.counting import Outcome
from faults.mailboxes import Far
from faults.rig import Rig

MAILS = 60


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("F3 mailbox fails")
    count = round(MAILS * scale)
    with Far(rig, "f3@shop.example") as far:
        promised = far.deliver("f3", range(count))
        far.connect()
        for number in range(max(3, round(5 * scale))):
            far.wire.cut()
            outcome.rounds += 1
            promised |= far.deliver("f3", [1000 + number])
            time.sleep(0.5)  # so that the cuts fall on different steps
        far.wait_for("f3", promised, outcome)
        far.refuse()
        rig.wait_until_deaf(far.address)
        far.accept()
        promised |= far.deliver("f3", [2000])
        outcome.rounds += 1
        far.wait_for("f3", promised, outcome)
        far.change_uidvalidity()
        outcome.rounds += 1
        promised |= far.deliver("f3", [3000])
        far.wait_for("f3", promised, outcome)
        rig.settle_in(outcome)
        outcome.count_in(promised, rig.stored("f3"))
    return outcome
