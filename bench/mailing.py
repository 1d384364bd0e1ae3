"""Mails through the SMTP intake, until each is a ticket."""

from __future__ import annotations

import smtplib
import threading
import time
from email.message import EmailMessage
from email.utils import make_msgid

import psycopg

from bench.desk import Desk

_PARAGRAPH = (
    "I ordered the tent two weeks ago and tracking has not moved since Monday. We leave for the "
    "mountains on Saturday, so I would be glad to hear where the parcel is. The number is below, "
    "and I am at home every day until noon in case the driver wants to try again. "
)
SENDERS = 4


def letter(number: int, run: str) -> bytes:
    """A usual mail: text and HTML of some 3 KB, one sender of many."""
    mail = EmailMessage()
    mail["From"] = f"Sender {number % 500} <sender{number % 500}@bench.example>"
    mail["To"] = "help@bench.example"
    mail["Subject"] = f"Where is my parcel {number}?"
    mail["Message-ID"] = make_msgid(f"{run}.{number}", "bench.example")
    mail["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    text = f"Hello,\n\n{_PARAGRAPH * 3}\n\nOrder {number}\n\nThanks,\nSender {number % 500}\n"
    mail.set_content(text)
    blocks = "".join(f"<p>{block}</p>" for block in text.split("\n\n"))
    mail.add_alternative(f"<html><body>{blocks}</body></html>", subtype="html")
    return mail.as_bytes()


def send(desk: Desk, *, count: int, run: str) -> float:
    """Send `count` mails and wait until all are tickets; returns the seconds that it took.

    Raises TimeoutError when some are not there after five minutes.
    """
    letters = [letter(number, run) for number in range(count)]
    with psycopg.connect(desk.dsn, autocommit=True) as watching:
        before = _tickets(watching)
        begun = time.monotonic()
        threads = [
            threading.Thread(target=_deliver, args=(desk.smtp_port, letters[n::SENDERS]))
            for n in range(SENDERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        while _tickets(watching) < before + count:
            if time.monotonic() - begun > 300:
                raise TimeoutError("Some mails did not become tickets in five minutes.")
            time.sleep(0.1)
        return time.monotonic() - begun


def _deliver(port: int, letters: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
        for one in letters:
            smtp.sendmail("sender@bench.example", ["help@bench.example"], one)


def _tickets(connection: psycopg.Connection) -> int:
    row = connection.execute(
        "select count(*) from channels_envelope where state = 'opened'"
    ).fetchone()
    return row[0] if row else 0
