"""L2: tickets in the names of strangers: few automatic mails, none twice, with nobody's words."""

import smtplib
import time
from concurrent.futures import ThreadPoolExecutor

from faults.counting import Outcome, times
from faults.letters import HELP, letter
from faults.rig import Rig

STRANGERS, PER_MINUTE, ROADS = 1000, 30, 4
WORDS = b"BUY-NOW-AT-EVIL"


def run(rig: Rig, scale: float) -> Outcome:
    """FAULTS_SCALE=10 makes the 10,000."""
    outcome = Outcome("L2 strangers")
    count = times(STRANGERS, scale, most=10_000)
    rig.set_acknowledging(HELP, is_on=True)
    before, began = len(rig.sink.taken), time.monotonic()
    with ThreadPoolExecutor(ROADS) as pool:
        for took in pool.map(
            lambda road: _hand_over(rig, range(road, count, ROADS), count), range(ROADS)
        ):
            outcome.seconds += took
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


def _hand_over(rig: Rig, numbers: range, count: int) -> list[float]:
    """Two mails of every stranger, but not one after the other; the seconds of each answer."""
    took = []
    for start in range(0, len(numbers), 400):  # a connection takes a thousand commands
        with smtplib.SMTP("127.0.0.1", rig.desk.smtp_port, timeout=60) as client:
            for number in numbers[start : start + 400]:
                stranger = f"l2-{number % (count // 2 + 1)}@customer.example"
                mail = letter(f"l2-{number}").replace(b"question", WORDS)
                mail = mail.replace(f"l2-{number}@customer.example".encode(), stranger.encode())
                began = time.monotonic()
                client.sendmail(stranger, [HELP], mail)
                took.append(time.monotonic() - began)
    return took
