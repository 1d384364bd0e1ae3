"""The first quarter of an hour: a stranger opens an empty desk and ends in a working inbox.

The wizard makes the admin, names the desk, connects a mailbox at a real Postfix and Dovecot and
checks both directions with a real mail.
"""

from __future__ import annotations

import pytest

from tests.journeys.test_mail_and_back import CLEO, letter
from tests.peers.browser import Chromium
from tests.peers.desk import PASSWORD, Desk
from tests.peers.mailserver import PASSWORD as MAIL_PASSWORD
from tests.peers.mailserver import MailServer

pytestmark = [pytest.mark.journey, pytest.mark.browser]

FRONT = "front@shop.example"


def test_from_an_empty_desk_to_the_first_ticket(mailserver: MailServer, chromium: Chromium) -> None:
    mailserver.add(FRONT, CLEO)
    with (
        Desk(
            FOREDESK_ALLOW_PRIVATE_HOSTS="127.0.0.1,localhost",
            SSL_CERT_FILE=str(mailserver.authority),
        ) as desk,
        chromium.page() as page,
    ):
        page.goto(desk.url)
        page.wait_for_url("**/setup/**")
        page.get_by_label("Your name").fill("Dana Whitfield")
        page.get_by_label("Email").fill("dana@shop.example")
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()

        page.wait_for_url("**/setup/workspace/")
        page.get_by_label("Name of the desk").fill("Halden")
        page.get_by_role("button", name="Go on").click()

        page.wait_for_url("**/setup/mailbox/")
        page.locator("input[name=address]").fill(FRONT)
        page.locator("input[name=receive][value=imap]").check()
        page.locator("input[name=imap_host]").fill("localhost")
        page.locator("input[name=imap_port]").fill(str(mailserver.imaps))
        page.locator("input[name=imap_user]").fill(FRONT)
        page.locator("input[name=imap_password]").fill(MAIL_PASSWORD)
        page.locator("input[name=send][value=smtp]").check()
        page.locator("input[name=smtp_host]").fill("localhost")
        page.locator("input[name=smtp_port]").fill(str(mailserver.submission))
        page.locator("input[name=smtp_user]").fill(FRONT)
        page.locator("input[name=smtp_password]").fill(MAIL_PASSWORD)
        page.get_by_role("button", name="Save and check").click()

        page.wait_for_url("**/setup/mailbox/check/")
        page.locator("#mailbox-check", has_text="Checked").wait_for(timeout=60_000)
        check = page.locator("#mailbox-check")
        assert check.locator(".steps__pin--bad").count() == 0, check.inner_text()
        assert check.locator(".steps__pin--ok").count() >= 3, check.inner_text()
        page.get_by_role("link", name="Go on").click()
        page.get_by_label("With an empty desk").check()
        page.get_by_role("button", name="Open the inbox").click()
        page.wait_for_url("**/inbox/**")

        page.goto(f"{desk.url}/inbox/?view=open")
        page.wait_for_selector("html[data-live=on][data-ready]")
        mailserver.submit(letter("First question", "Hello?"), sender=CLEO, to=FRONT)
        page.locator("a[data-row]", has_text="First question").wait_for(timeout=30_000)
        assert page.locator("a[data-row]").count() == 1  # the check's own mail opened no ticket
