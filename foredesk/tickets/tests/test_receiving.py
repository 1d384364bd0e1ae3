"""A message finds its thread, or opens a ticket."""

import pytest
from django.db import transaction

from foredesk.logbook.models import Entry
from foredesk.people.models import Customer
from foredesk.plumbing.clock import now
from foredesk.tickets import closing, merging, progressing, receiving, replying, snoozing
from foredesk.tickets.arrivals import Address, Dropped, InboundMessage
from foredesk.tickets.models import Message, Participant, Ticket
from foredesk.tickets.reply_tokens import token_for

pytestmark = pytest.mark.django_db


def mail(author="cleo@customer.example", **fields):
    fields.setdefault("external_id", f"m{Message.objects.count()}@customer.example")
    fields.setdefault("text", "Where is my tent?")
    fields.setdefault("subject", "Tent")
    return InboundMessage(
        channel="email", account="1", author=Address(author, "Cleo Client"), at=now(), **fields
    )


def kinds(ticket):
    return list(
        Entry.objects.filter(about_kind="ticket", about_id=ticket.pk)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def test_a_first_mail_opens_a_ticket_that_waits_for_an_answer():
    message = receiving.receive(mail(), at=now())
    ticket = message.ticket
    assert (ticket.status, ticket.subject, ticket.preview) == ("new", "Tent", "Where is my tent?")
    assert ticket.waiting_since is not None
    assert kinds(ticket) == ["tickets.TicketOpened", "tickets.MessageReceived"]


@pytest.mark.parametrize("sign", ["reference", "address", "number"])
def test_each_sign_leads_back_to_the_thread(sign):
    first = receiving.receive(mail(external_id="first@customer.example"), at=now())
    fields = {
        "reference": {"references": ("first@customer.example",)},
        "address": {
            "reply_token": token_for(Participant.objects.get(ticket=first.ticket)),
        },
        "number": {"ticket_number": first.ticket.pk},
    }[sign]
    second = receiving.receive(mail(subject="Other words", **fields), at=now())
    assert second.ticket_id == first.ticket_id
    assert not second.is_unknown_sender


def test_neither_the_subject_nor_a_stranger_with_the_number_finds_a_thread():
    first = receiving.receive(mail(subject="Tent"), at=now())
    assert receiving.receive(mail(subject="Re: Tent"), at=now()).ticket_id != first.ticket_id
    stranger = receiving.receive(
        mail(author="dan@other.example", ticket_number=first.ticket_id), at=now()
    )
    assert stranger.ticket_id != first.ticket_id


def test_a_forged_reply_address_finds_nothing():
    first = receiving.receive(mail(), at=now())
    participant = Participant.objects.get(ticket=first.ticket)
    forged = f"t{participant.pk}-aaaaaaaaaaaaaaaa"
    assert receiving.receive(mail(reply_token=forged), at=now()).ticket_id != first.ticket_id


def test_an_unknown_writer_with_a_reference_is_kept_marked_and_takes_no_part():
    first = receiving.receive(mail(external_id="x@customer.example"), at=now())
    other = receiving.receive(
        mail(
            author="dan@other.example",
            references=("x@customer.example",),
            cc=(Address("eve@other.example"),),
        ),
        at=now(),
    )
    assert other.ticket_id == first.ticket_id
    assert other.is_unknown_sender
    assert Participant.objects.filter(ticket=first.ticket).count() == 1


def test_people_in_copy_take_part_but_our_own_addresses_do_not():
    message = receiving.receive(
        mail(
            cc=(Address("mum@customer.example"), Address("Help@halden.example")),
            own_addresses=frozenset({"help@halden.example"}),
        ),
        at=now(),
    )
    taking_part = Participant.objects.filter(ticket=message.ticket, role="cc")
    assert [str(one.customer.identities.get()) for one in taking_part] == ["mum@customer.example"]


def test_a_reply_to_a_closed_ticket_opens_a_linked_follow_up(ada):
    first = receiving.receive(mail(external_id="c@customer.example"), at=now())
    closing.close(first.ticket, by=ada, at=now())
    again = receiving.receive(mail(references=("c@customer.example",)), at=now())
    assert again.ticket_id != first.ticket_id
    assert again.ticket.follow_up_of_id == first.ticket_id


def test_a_reply_reopens_a_solved_ticket_and_wakes_a_snoozed_one(ada):
    first = receiving.receive(mail(external_id="s@customer.example"), at=now())
    progressing.set_status(first.ticket, "solved", by=ada, at=now())
    receiving.receive(mail(references=("s@customer.example",)), at=now())
    ticket = Ticket.objects.get(pk=first.ticket_id)
    assert ticket.status == "open"
    assert "tickets.TicketReopened" in kinds(ticket)
    at = now()
    snoozing.snooze(ticket, until=at.replace(year=at.year + 1), by=ada, at=at)
    receiving.receive(mail(references=("s@customer.example",)), at=now())
    assert Ticket.objects.get(pk=ticket.pk).snoozed_until is None


def test_an_automatic_answer_is_shown_but_opens_nothing(ada):
    first = receiving.receive(mail(external_id="v@customer.example"), at=now())
    replying.reply(first.ticket, by=ada, at=now(), body_html="<p>Hello</p>")
    progressing.set_status(first.ticket, "solved", by=ada, at=now())
    before = Ticket.objects.get(pk=first.ticket_id)
    vacation = mail(references=("v@customer.example",), is_automatic=True, is_auto_reply=True)
    shown = receiving.receive(vacation, at=now())
    after = Ticket.objects.get(pk=first.ticket_id)
    assert (shown.ticket_id, shown.is_automatic) == (first.ticket_id, True)
    assert after.status == "solved"
    assert (after.activity_at, after.waiting_since, after.preview) == (
        before.activity_at,
        before.waiting_since,
        before.preview,
    )


def test_an_automatic_answer_to_a_closed_ticket_opens_no_follow_up(ada):
    first = receiving.receive(mail(external_id="c@customer.example"), at=now())
    closing.close(first.ticket, by=ada, at=now())
    vacation = mail(references=("c@customer.example",), is_automatic=True, is_auto_reply=True)
    assert receiving.receive(vacation, at=now()).ticket_id == first.ticket_id


def test_an_automatic_answer_to_nothing_of_ours_makes_nothing(db):
    with pytest.raises(Dropped, match="not ours"), transaction.atomic():
        receiving.receive(mail(is_automatic=True, is_auto_reply=True), at=now())
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


def test_mail_of_a_person_with_a_machines_mark_is_a_persons(ada):
    first = receiving.receive(mail(external_id="m@customer.example", is_automatic=True), at=now())
    assert first.ticket.waiting_since is not None
    progressing.set_status(first.ticket, "solved", by=ada, at=now())
    receiving.receive(mail(references=("m@customer.example",), is_automatic=True), at=now())
    assert Ticket.objects.get(pk=first.ticket_id).status == "open"


def test_a_message_to_a_merged_ticket_lands_in_the_target(ada):
    one = receiving.receive(mail(external_id="one@customer.example"), at=now())
    two = receiving.receive(mail(external_id="two@customer.example"), at=now())
    merging.merge(one.ticket, into=two.ticket, by=ada, at=now())
    later = receiving.receive(mail(ticket_number=one.ticket_id), at=now())
    assert later.ticket_id == two.ticket_id
