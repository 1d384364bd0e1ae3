"""L1: two desks answer each other through a relay that strips every mark of a machine."""

from __future__ import annotations

import smtplib
import time
from email.message import EmailMessage
from email.utils import make_msgid

from faults.counting import Outcome
from faults.letters import HELP, letter
from faults.rig import Rig
from tests.peers.sink import Taken

ROUNDS, MOST = 40, 5
OTHER = "support@other.example"
QUIET = 8  # seconds without a mail after which the storm is over


def run(rig: Rig, scale: float) -> Outcome:
    """Both acknowledge, and both take the other for a person who has proven the address."""
    outcome = Outcome("L1 two desks")
    with Rig(address=OTHER) as other:
        for one, address in ((rig, HELP), (other, OTHER)):
            one.set_acknowledging(address, is_on=True)
        before = len(rig.sink.taken)
        _submit(rig, OTHER, letter("l1-0").replace(b"l1-0@customer.example", OTHER.encode()))
        passed: dict[str, int] = {HELP: 0, OTHER: 0}
        seen = {HELP: before, OTHER: 0}
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < QUIET and sum(passed.values()) < ROUNDS:
            for source, address, target, to in (
                (rig, HELP, other, OTHER),
                (other, OTHER, rig, HELP),
            ):
                for taken in source.sink.taken[seen[address] :]:
                    seen[address] += 1
                    if to not in taken.rcpt_to:
                        continue  # the desk tells its admins of the brake
                    passed[address] += 1
                    source.prove_addresses()
                    _submit(target, address, _stripped(taken, address), to=to)
                    quiet_since = time.monotonic()
            time.sleep(0.2)
        rig.set_acknowledging(HELP, is_on=False)
    outcome.rounds = sum(passed.values())
    outcome.acknowledged = outcome.rounds
    for address, count in passed.items():
        if count > MOST:
            outcome.troubles.append(f"{address} wrote {count} automatic mails")
    return outcome


def _stripped(taken: Taken, sender: str) -> bytes:
    """What a bad relay leaves of a mail: a new id, no references, no marks."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, taken.rcpt_to[0]
    mail["Subject"] = str(taken.mail["Subject"]).replace("[#", "(")
    mail["Message-ID"] = make_msgid(domain="relay.example")
    mail.set_content("Something else.\n")
    return mail.as_bytes()


def _submit(target: Rig, sender: str, raw: bytes, to: str = HELP) -> None:
    with smtplib.SMTP("127.0.0.1", target.desk.smtp_port, timeout=20) as client:
        client.sendmail(sender, [to], raw)
