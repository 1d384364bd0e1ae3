"""The card of an invitation, and its buttons; business cards."""

import re

import pytest

from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


def test_the_buttons_on_the_card_answer_the_invitation(browser):
    message = cases.arrive(invitation=cases.invitation(), signed="smime")
    page = browser.get(f"/tickets/{message.ticket_id}/").content.decode()
    assert "Try the tent" in page
    assert "Signed with S/MIME" in page
    form = re.search(r'<form class="meeting__do"[^>]* action="([^"]+)"', page)
    assert form is not None
    assert form[1] == f"/messages/{message.public_id}/invitation/"
    assert browser.post(form[1], {"answer": "declined"}).status_code == 302
    assert "declined." in browser.get(f"/tickets/{message.ticket_id}/").content.decode()


def test_an_invitation_of_somebody_else_has_no_buttons(browser):
    message = cases.arrive(invitation=cases.invitation(organiser="x@elsewhere.example"))
    page = browser.get(f"/tickets/{message.ticket_id}/").content.decode()
    assert "Try the tent" in page
    assert "meeting__do" not in page


def test_a_business_card_is_shown_as_text(browser):
    card = {
        "name": "Cleo <b>Client</b>", "organisation": "Tents", "title": "", "phones": ["+49 1"],
        "addresses": ["cleo@x.example"],
    }  # fmt: skip
    message = cases.arrive(cards=(card,))
    page = browser.get(f"/tickets/{message.ticket_id}/").content.decode()
    assert "Cleo &lt;b&gt;Client&lt;/b&gt;" in page
    assert "<dd>Tents</dd>" in page
    assert "+49 1" in page
    assert page.count("cleo@x.example") >= 1
