"""The worker is killed in the middle of 200 mails and 50 replies: all is stored once, sent once."""

from __future__ import annotations

import os
import random
import signal
import smtplib
import threading
import time
from collections import Counter
from email.message import EmailMessage

import pytest

from tests.peers.desk import Desk, until
from tests.peers.sink import Sink

pytestmark = pytest.mark.journey

MAILS, REPLIES = 200, 50
TICKETS = "select count(*) from tickets_ticket"
STATES = "select external_id, delivery from tickets_message where author_kind = 'agent'"
ON_THEIR_WAY = f"{STATES} and delivery not in ('sent', 'unknown', 'failed')"


def letter(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"customer{number}@customer.example"
    mail["To"] = "help@shop.example"
    mail["Subject"] = f"Question {number}"
    mail["Message-ID"] = f"<question-{number}@customer.example>"
    mail.set_content(f"This is question {number}.")
    return mail.as_bytes()


def send(desk: Desk, numbers: range) -> None:
    """Hand mails to the intake as a mail server does: again until it says 250."""
    for number in numbers:
        for _ in range(50):
            try:
                with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=20) as client:
                    client.sendmail("x@customer.example", "help@shop.example", letter(number))
                break
            except (OSError, smtplib.SMTPException):
                time.sleep(0.2)  # what a sending server does between two tries
        else:
            raise AssertionError(f"mail {number} was never taken")


def kill_now_and_then(desk: Desk, is_over: threading.Event, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(4):
        if is_over.wait(chance.uniform(0.5, 1.5)):
            return
        pid = desk.pid_of("worker")
        if pid:
            os.kill(pid, signal.SIGKILL)


def test_nothing_is_lost_and_nothing_is_doubled() -> None:
    with (
        Sink() as sink,
        Desk(FOREDESK_ALLOW_PRIVATE_HOSTS="127.0.0.1,localhost", FOREDESK_UNDO_SECONDS="0") as desk,
    ):
        desk.add_person("Ada")
        desk.run(
            f"""
from foredesk.channels import mailboxes
from foredesk.logbook.actors import SYSTEM
from foredesk.plumbing.clock import now
mailboxes.add(by=SYSTEM, at=now(), name="Help", address="help@shop.example",
    smtp_host="127.0.0.1", smtp_port={sink.port}, smtp_security="none")
"""
        )
        is_over = threading.Event()
        killer = threading.Thread(target=kill_now_and_then, args=(desk, is_over, 7))
        killer.start()
        send(desk, range(MAILS // 2))
        until(lambda: desk.ask(TICKETS) >= [(REPLIES,)], 90)
        desk.run(
            f"""
from foredesk.people.models import Agent
from foredesk.plumbing.clock import now
from foredesk.tickets import replying
from foredesk.tickets.models import Ticket
ada = Agent.objects.get(name="Ada")
for ticket in Ticket.objects.order_by("id")[:{REPLIES}]:
    replying.reply(ticket, by=ada, at=now(), body_html=f"<p>Answer to {{ticket.subject}}</p>")
"""
        )
        send(desk, range(MAILS // 2, MAILS))
        killer.join()
        is_over.set()

        until(lambda: desk.ask(TICKETS) >= [(MAILS,)], 120)
        until(lambda: not desk.ask(ON_THEIR_WAY), 180)
        subjects = Counter(ticket["subject"] for ticket in desk.tickets())
        assert subjects == {f"Question {number}": 1 for number in range(MAILS)}

        states = dict(desk.ask(STATES))
        arrived = Counter(taken.mail["Message-ID"].strip("<>") for taken in sink.taken)
        assert len(states) == REPLIES
        assert set(states.values()) <= {"sent", "unknown"}
        assert max(arrived.values()) == 1, "a reply was sent twice"
        sent = [wire_id for wire_id, state in states.items() if state == "sent"]
        assert all(arrived[wire_id] == 1 for wire_id in sent), "said to be sent, but wasn't"
