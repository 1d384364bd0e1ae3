"""D1: every mail comes again: by SMTP, five at once, by IMAP, by POP3, and after UIDVALIDITY
changed."""

from faults.counting import Outcome, times
from faults.letters import letter
from faults.mailboxes import Far
from faults.rig import Rig
from tests.peers.mailserver import PASSWORD

MAILS = 150


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("D1 everything twice")
    count = times(MAILS, scale, most=3000, least=12)
    promised = rig.hand_over("d1", range(count), outcome)
    promised |= rig.hand_over("d1", range(count), outcome)
    at_once = [number for number in range(count, count + count // 4) for _ in range(5)]
    promised |= rig.hand_over("d1", at_once, outcome, threads=5)
    with Far(rig, "d1@shop.example") as far, Far(rig, "d1-pop@shop.example") as copy:
        for number in range(count // 3):
            far.put(letter(f"d1-{number}"))
            copy.put(letter(f"d1-{number}"))
        promised |= far.deliver("d1", range(2 * count, 2 * count + count // 3))
        promised |= copy.deliver("d1", range(2 * count, 3 * count, 3))
        far.connect()
        copy.wire.target = copy.server.pop3s
        rig.add_mailbox(
            copy.address, pop3_host="localhost", pop3_port=copy.wire.port, pop3_security="ssl",
            pop3_user=copy.address, pop3_password=PASSWORD, fetch_since=None,
        )  # fmt: skip
        far.wait_for("d1", promised, outcome)
        far.change_uidvalidity()
        promised |= far.deliver("d1", [count * 4])
        far.wait_for("d1", promised, outcome)
        outcome.rounds = 5
        rig.settle_in(outcome)
        outcome.count_in(promised, rig.stored("d1"))
    return outcome
