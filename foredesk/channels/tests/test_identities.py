"""Whom an answer comes from: the mailbox's own sender, or one that its admin allowed."""

import pytest

from foredesk.channels import addressing, checking_mailboxes, mailboxes, placing
from foredesk.plumbing.clock import now
from foredesk.tickets import replying
from foredesk.tickets.tests import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]

LINES = "{agent} via {workspace}\n{workspace} Billing <billing@shop.example>\n"


@pytest.fixture
def box(mailbox, adi):
    return mailboxes.change(
        mailbox, more_addresses=["billing@shop.example"], identities=LINES, by=adi, at=now()
    )


def letter(box, ada, sender):
    message = cases.arrive()
    message.ticket.account = str(box.pk)
    message.ticket.save()
    reply = replying.reply(message.ticket, by=ada, at=now(), body_html="<p>x</p>", sender=sender)
    return addressing.letter_for(reply, box, at=now()).sender


def test_an_agent_chooses_among_the_mailbox_s_senders(box, ada):
    ticket = cases.ticket_of(subject="x")
    choices = addressing.identities_of(ticket)
    assert [one["address"] for one in choices] == [
        "help@shop.example",
        "help@shop.example",
        "billing@shop.example",
    ]
    assert letter(box, ada, choices[1]).name.startswith("Ada via ")
    chosen = letter(box, ada, choices[2])
    assert chosen.address == "billing@shop.example"
    assert chosen.name.endswith(" Billing")
    assert letter(box, ada, {}).address == "help@shop.example"


def test_an_address_that_left_the_mailbox_is_not_written_from(box, ada, adi):
    chosen = addressing.identities_of(cases.ticket_of(subject="x"))[2]
    box = mailboxes.change(box, more_addresses=[], identities=LINES[:24], by=adi, at=now())
    assert letter(box, ada, chosen).address == "help@shop.example"


@pytest.mark.parametrize(
    "lines", ["Boss <boss@other.example>", "{password}", "<x@y.example>", "a\n" * 3 + "{"]
)
def test_senders_that_are_not_ours_are_refused(mailbox, adi, lines):
    with pytest.raises(checking_mailboxes.InvalidMailbox) as refused:
        mailboxes.change(mailbox, identities=lines, by=adi, at=now())
    assert "identities" in refused.value.errors


def test_plus_addresses_lead_to_their_mailbox(box):
    for address in ("help+billing@shop.example", "Help+2026@Shop.Example"):
        assert placing.mailbox_for([address]) == box
        assert placing.is_known(address)
    assert not placing.is_known("helpx+1@shop.example")
