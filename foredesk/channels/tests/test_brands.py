"""Several mailboxes per brand and team: what arrives is stamped, what leaves never mixes names."""

import pytest

from foredesk.channels import (
    addressing,
    answering_as,
    following_brands,
    mailboxes,
    our_addresses,
    queries,
    retiring_brands,
    sending,
)
from foredesk.channels.checking_mailboxes import InvalidMailbox
from foredesk.channels.models import Dispatch
from foredesk.channels.tests.letters import raw
from foredesk.channels.tests.test_opening import opened
from foredesk.logbook.models import Entry
from foredesk.people import branding
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now
from foredesk.tickets import rebranding, replying
from foredesk.tickets.conflicts import Conflict, UnableToChange
from foredesk.tickets.models import Delivery, Message
from foredesk.tickets.tests import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]


@pytest.fixture
def leir(adi):
    signature = "<p>Leirplass Rental</p>"
    return branding.add(name="Leirplass", signature_html=signature, by=adi, at=now())


@pytest.fixture
def ours(adi):
    return mailboxes.add(address="help@shop.example", by=adi, at=now())


@pytest.fixture
def theirs(ours, leir, adi):
    return mailboxes.add(address="hei@leir.example", brand=leir.pk, by=adi, at=now())


def arrived(mailbox, **fields):
    envelope = opened(raw(to=mailbox.address, **fields), mailbox)
    return Message.objects.get(pk=envelope.message_id).ticket


def letter(ticket, by, **fields):
    reply = replying.reply(ticket, by=by, at=now(), body_html="<p>Hi</p>", **fields)
    return addressing.letter_for(reply, addressing.mailbox_of(reply.ticket), at=now())


def test_mail_is_stamped_and_answered_in_the_brand_s_name(theirs, leir, ada):
    ticket = arrived(theirs)
    assert ticket.brand_id == leir.pk
    sent = letter(ticket, ada)
    assert (sent.sender.address, sent.sender.name) == ("hei@leir.example", "Ada at Leirplass")
    assert sent.reply_to.address.startswith("hei+t")
    assert sent.reply_to.name == "Leirplass"
    assert "Leirplass Rental" in sent.signature_html


def test_a_mailbox_s_own_words_go_before_its_brand_s(theirs, ada, adi):
    mailboxes.change(
        theirs, from_name="{agent} ({brand}, {workspace})", signature_html="<p>Own</p>",
        by=adi, at=now(),
    )  # fmt: skip
    sent = letter(arrived(theirs), ada)
    assert sent.sender.name == "Ada (Leirplass, Foredesk)"
    assert "Own" in sent.signature_html
    assert "Rental" not in sent.signature_html


def test_a_ticket_that_changed_its_brand_is_answered_from_that_brand(ours, theirs, leir, ada):
    ticket = arrived(ours)
    rebranding.rebrand(ticket, leir, by=ada, at=now())
    ticket.refresh_from_db()
    assert letter(ticket, ada).sender.address == "hei@leir.example"


def test_of_several_mailboxes_the_one_of_the_team_answers(ours, theirs, leir, ada, adi, payments):
    mailboxes.add(
        address="betaling@leir.example", brand=leir.pk, team=payments.pk, by=adi, at=now()
    )
    ticket = cases.ticket_of(brand_id=leir.pk, team_id=payments.pk)
    assert addressing.mailbox_of(ticket).address == "betaling@leir.example"
    assert addressing.identities_of(ticket)[0]["address"] == "betaling@leir.example"
    elsewhere = cases.ticket_of(brand_id=leir.pk)
    assert addressing.mailbox_of(elsewhere).address == "hei@leir.example"


def test_without_a_mailbox_of_its_brand_nothing_leaves_from_another(ours, leir, ada):
    ticket = arrived(ours)
    rebranding.rebrand(ticket, leir, by=ada, at=now())
    assert not addressing.has_mailbox(cases.afresh(ticket))
    reply = replying.reply(ticket, by=ada, at=now(), body_html="<p>Hi</p>")
    sending.send_due(ticket.pk)
    reply.refresh_from_db()
    assert reply.delivery == Delivery.FAILED
    assert reply.delivery_note.startswith("Leirplass has no mailbox")
    assert Dispatch.objects.get(message_id=reply.pk).mail_from == ""


def test_a_sender_that_was_chosen_goes_with_its_own_brand_alone(ours, theirs, leir, ada, adi):
    mailboxes.change(ours, identities="{workspace} Billing", by=adi, at=now())
    ticket = arrived(ours)
    chosen = addressing.identities_of(ticket)[1]
    rebranding.rebrand(ticket, leir, by=ada, at=now())
    ticket.refresh_from_db()
    sent = letter(ticket, ada, sender=chosen)
    assert (sent.sender.address, sent.sender.name) == ("hei@leir.example", "Ada at Leirplass")


def test_acknowledgements_speak_for_the_brand(theirs, adi):
    mailboxes.change(theirs, acknowledges=True, by=adi, at=now())
    ticket = arrived(theirs)
    [written] = Message.objects.filter(ticket=ticket, author_kind="system")
    assert written.author_name == "Leirplass"
    assert written.body_text.endswith("Leirplass")
    sent = addressing.letter_for(written, addressing.mailbox_of(ticket), at=now())
    assert (sent.sender.address, sent.sender.name) == ("hei@leir.example", "Leirplass")


def test_a_brand_with_mailboxes_is_not_set_aside(theirs, ours, leir, adi):
    with pytest.raises(Refused, match=r"still has mailboxes: hei@leir\.example"):
        retiring_brands.retire(leir, by=adi, at=now())
    mailboxes.change(theirs, brand=None, by=adi, at=now())
    retiring_brands.retire(leir, by=adi, at=now())
    leir.refresh_from_db()
    assert leir.set_aside_at is not None
    with pytest.raises(InvalidMailbox, match="no such brand"):
        mailboxes.change(theirs, brand=leir.pk, by=adi, at=now())


def test_tickets_follow_their_mailbox_to_its_brand(ours, leir, ada, adi):
    ticket, other = arrived(ours), arrived(ours, subject="Another")
    elsewhere = cases.ticket_of(subject="By no mailbox of theirs")
    second = branding.add(name="Second", by=adi, at=now())
    rebranding.rebrand(other, second, by=ada, at=now())
    ours = mailboxes.change(ours, brand=leir.pk, by=adi, at=now())
    fact = Entry.objects.get(kind="channels.MailboxChanged")
    assert fact.data["before"]["brand"] is None
    for _ in range(2):
        following_brands.follow(ours.pk, fact.data["before"]["brand"])
    assert cases.afresh(ticket).brand_id == leir.pk
    assert cases.afresh(other).brand_id == second.pk
    assert cases.afresh(elsewhere).brand_id is None
    assert cases.facts(ticket).count("BrandChanged") == 1


def test_mailboxes_are_listed_by_brand(ours, theirs, leir):
    found = queries.mailboxes_by_brand()
    assert {pk: [box.address for box in boxes] for pk, boxes in found.items()} == {
        0: ["help@shop.example"], leir.pk: ["hei@leir.example"],
    }  # fmt: skip
    assert our_addresses.boxes()[theirs.pk].brand_id == leir.pk


def test_a_ticket_goes_to_no_brand_that_could_not_answer(ours, leir, ada, adi):
    ticket = arrived(ours)
    with pytest.raises(UnableToChange, match="Leirplass has no mailbox"):
        answering_as.answer_as(ticket, leir, by=ada, at=now())
    assert cases.afresh(ticket).brand_id is None
    mailboxes.add(address="hei@leir.example", brand=leir.pk, by=adi, at=now())
    row = answering_as.answer_as(ticket, leir, by=ada, at=now(), seen=None)
    assert letter(row, ada).sender.address.endswith("@leir.example")
    with pytest.raises(Conflict):
        answering_as.answer_as(ticket, None, by=ada, at=now(), seen=None)
