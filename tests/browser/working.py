"""What the tests of the inbox do again and again: a customer writes, an agent opens the ticket."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import make_msgid

from playwright.sync_api import Page, expect

from tests.peers.desk import Desk, until

expect.set_options(timeout=20_000)
CLEO = "Cleo Client <cleo@customer.example>"


def write(
    desk: Desk,
    subject: str,
    text: str = "Where is my tent?",
    *,
    html: str = "",
    in_reply_to: str = "",
) -> str:
    """A mail of a customer reaches the desk by SMTP; returns its Message-ID."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = CLEO, "help@shop.example", subject
    mail["Message-ID"] = own = make_msgid(domain="customer.example")
    if in_reply_to:
        mail["In-Reply-To"] = in_reply_to
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    until(lambda: _takes(desk))  # after a restart the intake comes a moment later than the pages
    with smtplib.SMTP("127.0.0.1", desk.smtp_port) as smtp:
        smtp.send_message(mail)
    return own


def _takes(desk: Desk) -> bool:
    try:
        socket.create_connection(("127.0.0.1", desk.smtp_port), 5).close()
    except OSError:
        return False
    return True


def open_list(page: Page, desk: Desk, view: str = "open") -> None:
    """The list, with its stream open."""
    page.goto(f"{desk.url}/inbox/?view={view}")
    page.locator("html[data-live=on][data-ready]").wait_for()


def row(page: Page, subject: str):
    """The ticket's row in the list."""
    return page.locator("a[data-row]", has_text=subject)


def open_ticket(page: Page, desk: Desk, subject: str) -> int:
    """Open it from the list; returns its number. The composer is ready."""
    open_list(page, desk)
    row(page, subject).click()
    return ready(page, subject)


def ready(page: Page, subject: str) -> int:
    """The open ticket's number, once it can be worked on."""
    expect(page.locator("#t-title")).to_have_text(subject)
    page.locator("#editor > *").first.wait_for(state="attached")  # the editor is there
    page.locator("html[data-live=on][data-ready]").wait_for()
    return int(page.locator("[data-number]").first.get_attribute("data-number") or 0)


def head(page: Page):
    """The ticket's head: status, priority, assignee, team."""
    return page.locator("#talk-head")


def thread(page: Page):
    """The conversation."""
    return page.locator("#thread")


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other, outside any field."""
    for key in keys:
        page.keyboard.press(key)


def drawn(page: Page, part: str, act: Callable[[], object]) -> None:
    """Do what asks the server for a part of the page (of an address that holds `part`), and wait
    until the answer stands there: what is looked for next may have been there before."""
    with page.expect_response(lambda answer: part in answer.url):
        act()
    expect(page.locator(".htmx-request")).to_have_count(0)
