"""A customer's mail becomes a ticket, an agent answers in a browser, the customer gets the answer.

Real parts throughout: Postfix and Dovecot, `foredesk up`, Chromium.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from tests.peers.browser import Chromium
from tests.peers.desk import Desk
from tests.peers.mailserver import PASSWORD, MailServer, wait_until

pytestmark = [pytest.mark.journey, pytest.mark.browser]

HELP, CLEO = "help@shop.example", "cleo@customer.example"


@pytest.fixture
def desk(mailserver: MailServer) -> Iterator[Desk]:
    """A desk with one agent and one mailbox at a real server."""
    mailserver.add(HELP, CLEO)
    with Desk(
        FOREDESK_ALLOW_PRIVATE_HOSTS="127.0.0.1,localhost",
        FOREDESK_UNDO_SECONDS="1",
        SSL_CERT_FILE=str(mailserver.authority),
    ) as desk:
        desk.add_person("Ada")
        desk.run(
            f"""
from foredesk.channels import mailboxes
from foredesk.logbook.actors import SYSTEM
from foredesk.plumbing.clock import now
mailboxes.add(by=SYSTEM, at=now(), name="Help", address="{HELP}",
    imap_host="localhost", imap_port={mailserver.imaps}, imap_security="ssl",
    imap_user="{HELP}", imap_password="{PASSWORD}",
    smtp_host="localhost", smtp_port={mailserver.submission}, smtp_security="starttls",
    smtp_user="{HELP}", smtp_password="{PASSWORD}")
"""
        )
        yield desk


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

    assert len(desk.tickets()) == 1
    shown = desk.ticket(desk.tickets()[0]["number"])
    assert shown["status"] == "open"
    assert len(shown["messages"]) == 3
