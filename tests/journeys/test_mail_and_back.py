"""A customer's mail becomes a ticket, an agent answers in a browser, the customer gets the answer.

Real parts throughout: Postfix and Dovecot, `foredesk up`, Chromium.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from tests.peers.browser import Chromium
from tests.peers.desk import Desk
from tests.peers.mailserver import MailServer, wait_until

pytestmark = [pytest.mark.journey, pytest.mark.browser]

HELP, CLEO = "help@shop.example", "cleo@customer.example"


def letter(subject: str, text: str, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Cleo Client <{CLEO}>", HELP, subject
    mail["Message-ID"] = make_msgid(domain="customer.example")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def test_from_the_customers_mailbox_to_the_agents_screen_and_back(
    desk: Desk, mailserver: MailServer, chromium: Chromium
) -> None:
    mailserver.add(CLEO)
    with chromium.person(desk, "ada@shop.example") as page:
        page.goto(f"{desk.url}/inbox/?view=open")
        page.wait_for_selector("html[data-live=on][data-ready]")
        mailserver.submit(letter("Tent pole", "My pole is bent."), sender=CLEO, to=HELP)
        row = page.locator("a[data-row]", has_text="Tent pole")
        row.wait_for()  # without a reload
        row.click()
        page.locator("#thread", has_text="My pole is bent.").wait_for()

        page.locator("#editor.is-empty").wait_for()
        page.keyboard.press("r")
        page.keyboard.type("A new pole is on its way.")
        page.keyboard.press("Control+Enter")
        page.locator("#thread", has_text="A new pole is on its way.").wait_for()

        wait_until(lambda: len(mailserver.mails(CLEO)) == 1, "the answer", seconds=30)
        answer = mailserver.mails(CLEO)[0]
        number = page.locator("[data-number]").first.get_attribute("data-number")
        assert "A new pole is on its way." in answer.get_body(("plain",)).get_content()
        assert "Ada" in answer["From"]
        assert f"[#{number}]" in answer["Subject"]
        assert answer["In-Reply-To"] in answer["References"]
        assert "+t" in answer["Reply-To"]

        again = letter(
            "Re: something else entirely",
            "Thank you! It fits.",
            In_Reply_To=answer["Message-ID"],
            References=answer["Message-ID"],
        )
        mailserver.submit(again, sender=CLEO, to=HELP)
        page.locator("#thread", has_text="It fits.").wait_for()

    assert len([one for one in desk.tickets() if one["subject"] == "Tent pole"]) == 1
    shown = desk.ticket(int(number))
    assert shown["status"] == "open"
    assert len(shown["messages"]) == 3
