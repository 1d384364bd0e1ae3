"""D1: every mail comes twice: again by SMTP, by both roads, and after UIDVALIDITY changed."""

from faults.counting import Outcome
from faults.mailboxes import Far
from faults.rig import Rig, letter

MAILS = 150


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("D1 everything twice")
    count = round(MAILS * scale)
    promised = rig.hand_over("d1", range(count), outcome)
    promised |= rig.hand_over("d1", range(count), outcome)
    outcome.rounds = 1
    with Far(rig, "d1@shop.example") as far:
        for number in range(count // 3):
            far.put(letter(f"d1-{number}"))
        promised |= far.deliver("d1", range(count, count + count // 3))
        far.connect()
        far.wait_for("d1", promised, outcome)
        far.change_uidvalidity()
        outcome.rounds += 2
        promised |= far.deliver("d1", [count * 2])
        far.wait_for("d1", promised, outcome)
        rig.settle_in(outcome)
        outcome.count_in(promised, rig.stored("d1"))
    return outcome
