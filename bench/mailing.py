"""Mails through the SMTP intake, until each is a ticket."""

from __future__ import annotations

import os
import smtplib
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
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
    return _letter(number, run).as_bytes(policy=SMTP)


def with_files(number: int, run: str) -> bytes:
    """A newsletter's amount of HTML (20 KB) with a picture inside and two files, some 450 KB."""
    mail = _letter(number, run, rows=120)
    mail.get_payload()[1].add_related(os.urandom(40_000), "image", "png", cid="<logo@bench>")
    mail.add_attachment(
        os.urandom(200_000), maintype="application", subtype="pdf", filename=f"Bill {number}.pdf"
    )
    mail.add_attachment(
        os.urandom(90_000), maintype="image", subtype="jpeg", filename=f"Tent {number}.jpg"
    )
    return mail.as_bytes(policy=SMTP)


def large(number: int, run: str) -> bytes:
    """A mail of 20 MB, nearly all of it one attached file."""
    mail = _letter(number, run)
    mail.add_attachment(
        os.urandom(14_600_000), maintype="video", subtype="mp4", filename=f"Film {number}.mp4"
    )
    return mail.as_bytes(policy=SMTP)


def _letter(number: int, run: str, *, rows: int = 0) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Sender {number % 500} <sender{number % 500}@bench.example>"
    mail["To"] = "help@bench.example"
    mail["Subject"] = f"Where is my parcel {number}?"
    mail["Message-ID"] = make_msgid(f"{run}.{number}", "bench.example")
    mail["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    text = f"Hello,\n\n{_PARAGRAPH * 3}\n\nOrder {number}\n\nThanks,\nSender {number % 500}\n"
    mail.set_content(text)
    blocks = "".join(f"<p>{block}</p>" for block in text.split("\n\n"))
    if rows:
        row = (
            "<tr><td style='margin:4px'>{}</td><td><a href='https://x.example/{}'>{}</a></td></tr>"
        )
        cells = "".join(row.format(n, n, _PARAGRAPH[n : n + 60]) for n in range(rows))
        blocks += f"<img src='cid:logo@bench'><table>{cells}</table>"
    mail.add_alternative(f"<html><body>{blocks}</body></html>", subtype="html")
    return mail


def send(desk: Desk, letters: list[bytes]) -> float:
    """Send mails by SMTP and wait until all are tickets; returns the seconds that it took.

    Raises TimeoutError when some are not there after five minutes.
    """

    def by_smtp() -> None:
        threads = [
            threading.Thread(target=_deliver, args=(desk.smtp_port, letters[n::SENDERS]))
            for n in range(SENDERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return until_tickets(desk, by_smtp, len(letters))


def until_idle(desk: Desk) -> None:
    """Wait until the worker has done all that it was asked for: listeners run after the commit."""
    patience = time.monotonic() + 300
    with psycopg.connect(desk.dsn, autocommit=True) as watching:
        while time.monotonic() < patience:
            row = watching.execute(
                "select count(*) from procrastinate_jobs where status in ('todo', 'doing') and"
                " (scheduled_at is null or scheduled_at <= now())"
                " and task_name in ('channels.open_envelope', 'logbook.deliver')"
            ).fetchone()
            if row and not row[0]:
                return
            time.sleep(0.1)
    raise TimeoutError("The listeners did not end in five minutes.")


def until_tickets(desk: Desk, deliver: Callable[[], None], count: int) -> float:
    """The seconds from the delivery of `count` mails until all are tickets.

    Raises TimeoutError when some are not there after five minutes.
    """
    with psycopg.connect(desk.dsn, autocommit=True) as watching:
        before = _tickets(watching)
        begun = time.monotonic()
        deliver()
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
