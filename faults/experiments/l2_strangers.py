"""L2: tickets in the names of strangers: few automatic mails, none twice, with nobody's words."""

import smtplib
import time

from faults.counting import Outcome
from faults.letters import HELP, letter
from faults.rig import Rig

STRANGERS, PER_MINUTE = 400, 30
WORDS = b"BUY-NOW-AT-EVIL"


def run(rig: Rig, scale: float) -> Outcome:
    """FAULTS_SCALE=25 makes the 10,000."""
    outcome = Outcome("L2 strangers")
    count = round(STRANGERS * scale)
    rig.set_acknowledging(HELP, is_on=True)
    before, began = len(rig.sink.taken), time.monotonic()
    with smtplib.SMTP("127.0.0.1", rig.desk.smtp_port, timeout=60) as client:
        for number in range(count):
            if number % 500 == 499:
                client.close()
                client.connect("127.0.0.1", rig.desk.smtp_port)
            stranger = f"l2-{number % (count // 2 + 1)}@customer.example"
            mail = letter(f"l2-{number}").replace(b"question", WORDS)
            mail = mail.replace(f"l2-{number}@customer.example".encode(), stranger.encode())
            at = time.monotonic()
            client.sendmail(stranger, [HELP], mail)
            outcome.seconds.append(time.monotonic() - at)
    rig.settle_in(outcome)
    minutes = (time.monotonic() - began) / 60
    rig.set_acknowledging(HELP, is_on=False)
    rig.settle_out("l2", outcome)
    sent = [one for one in rig.sink.taken[before:] if one.mail["auto-submitted"] == "auto-replied"]
    outcome.rounds, outcome.acknowledged = len(sent), count
    outcome.doubled = len(sent) - len({one.rcpt_to for one in sent})
    if len(sent) > PER_MINUTE * (minutes + 1):
        outcome.troubles.append(f"{len(sent)} automatic mails in {minutes:.1f} minutes")
    if any(WORDS in one.data for one in sent):
        outcome.troubles.append("a stranger was sent somebody's words")
    outcome.lost = count - sum(rig.stored("l2").values())
    return outcome
