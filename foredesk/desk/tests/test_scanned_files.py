"""A file with a virus scanner in front: what the thread says of it, and when it opens."""

import re
from dataclasses import replace

import pytest

from foredesk.channels import addressing
from foredesk.channels.tests.mails import a_mail, a_mailbox
from foredesk.files import clamd, scanning
from foredesk.plumbing.clock import now
from foredesk.tickets import replying
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def scanner(settings, monkeypatch):
    """A scanner that says what the test puts into it: a name, "" for clean, or an exception."""
    said = [""]

    def scan(where, chunks):
        if isinstance(said[0], Exception):
            raise said[0]
        return said[0]

    monkeypatch.setattr(clamd, "scan", scan)
    settings.ENV = replace(settings.ENV, clamav="127.0.0.1:3310")
    return said


def _chip(browser, ticket):
    """(whether the file opens, its picture, what is said of it)"""
    html = browser.get(f"/tickets/{ticket.pk}/").content.decode()
    (chip,) = re.findall(r'<span class="attach[ "].*', html)
    verdict = re.search(r"attach__verdict.*?</svg>([^<]*)<", chip)
    return 'href="/files/' in chip, "/small/" in chip, verdict[1] if verdict else ""


def _arrived(name="a.png", kind="image/png"):
    message = cases.arrive(files=(cases.inbound_file(b"x", name, content_type=kind),))
    return message.ticket, f"/files/{message.attachments.get().public_id}/"


@pytest.mark.parametrize(
    ("says", "status", "chip"),
    [
        ("", 200, (True, True, "Checked")),
        ("Eicar", 403, (False, False, "Held back: Eicar")),
        (clamd.Away("No."), 503, (True, False, "Could not be checked; try again")),
        (clamd.Refused("Too big."), 503, (False, False, "Could not be checked. Too big.")),
    ],
)
def test_it_opens_after_its_verdict(browser, scanner, says, status, chip):
    ticket, path = _arrived()
    assert _chip(browser, ticket) == (True, False, "Being checked")
    scanner[0] = says
    answer = browser.get(path)
    assert answer.status_code == status
    assert _chip(browser, ticket) == chip
    assert browser.get(f"{path}small/").status_code == (404 if status == 200 else status)


def test_what_came_before_the_scanner_is_looked_at_when_it_is_opened(browser, scanner, settings):
    env = settings.ENV
    settings.ENV = replace(env, clamav="")
    ticket, path = _arrived()
    assert _chip(browser, ticket) == (True, True, "")
    settings.ENV = env
    assert _chip(browser, ticket)[2] == "Checked when it is opened"
    assert browser.get(path).status_code == 200
    assert _chip(browser, ticket)[2] == "Checked"


def test_what_is_held_back_goes_out_to_nobody(scanner, ticket, ada):
    draft, file = cases.draft_with_file(ticket, by=ada)
    scanner[0] = "Eicar"
    scanning.check(file.blob_id, at=now())
    reply = replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>", draft_id=draft.pk)
    with pytest.raises(addressing.Unaddressable, match=r"label.pdf” is held back: .* found Eicar"):
        addressing.letter_for(reply, a_mailbox(), at=now())


def test_a_raw_mail_is_looked_at_too(browser, ticket, scanner):
    mail = a_mail(ticket)
    scanner[0] = "Eicar"
    assert browser.get(f"/mail/sent/{mail.pk}/raw/").status_code == 403
