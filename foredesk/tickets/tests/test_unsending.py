"""A reply that still waits can be taken back: the ticket is as it was."""

from datetime import timedelta

import pytest

from foredesk.plumbing.clock import now
from foredesk.tickets import (
    assigning,
    closing,
    delivery,
    drafting,
    merging,
    progressing,
    replying,
    snoozing,
    unsending,
)
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Attachment, Draft, Message
from foredesk.tickets.tests.cases import (
    afresh,
    answered,
    arrive,
    draft_with_file,
    facts,
    state,
    ticket_of,
)

pytestmark = pytest.mark.django_db


def _new(ticket, agent):
    pass


def _mine_and_open(ticket, agent):
    assigning.assign(ticket, agent, by=agent, at=now())
    progressing.set_status(ticket, "open", by=agent, at=now())


def _snoozed(ticket, agent):
    at = now()
    snoozing.snooze(ticket, until=at + timedelta(days=2), by=agent, at=at)


def _solved(ticket, agent):
    progressing.set_status(ticket, "solved", by=agent, at=now())


def _answered_before(ticket, agent):
    replying.reply(ticket, by=agent, at=now(), body_html="<p>Earlier</p>")
    answered(ticket)


@pytest.mark.parametrize("then", replying.THEN)
@pytest.mark.parametrize("was", [_new, _mine_and_open, _snoozed, _solved, _answered_before])
def test_the_ticket_is_exactly_as_it_was(ticket, ada, was, then):
    was(ticket, ada)
    before = state(ticket)
    count = Message.objects.filter(ticket=ticket).count()
    message = replying.reply(
        ticket, by=ada, at=now() + timedelta(seconds=1), body_html="<p>Oops</p>", then=then
    )
    unsending.unsend(message, by=ada, at=now())
    assert state(ticket) == before
    assert Message.objects.filter(ticket=ticket).count() == count
    assert "ReplyWithdrawn" in facts(ticket)


def test_a_mail_dated_wrongly_by_its_sender_does_not_move_the_ticket_in_the_lists(ada):
    at = now()
    ticket = arrive(at=at).ticket
    Message.objects.filter(ticket=ticket).update(at=at - timedelta(days=400))
    message = replying.reply(ticket, by=ada, at=now(), body_html="x")
    unsending.unsend(message, by=ada, at=now())
    assert afresh(ticket).activity_at == at


def test_text_copies_and_files_are_back_in_the_composer(ticket, ada):
    draft, file = draft_with_file(ticket, by=ada)
    message = replying.reply(
        ticket,
        by=ada,
        at=now(),
        body_html="<p>Oops</p>",
        cc=["mum@customer.example", "dad@customer.example"],
        bcc=["boss@halden.example"],
        draft_id=draft.pk,
    )
    back = unsending.unsend(message, by=ada, at=now())
    back.refresh_from_db()
    assert back.body_html == "<p>Oops</p>"
    assert back.cc == "mum@customer.example, dad@customer.example"
    assert back.bcc == "boss@halden.example"
    assert Attachment.objects.get(pk=file.pk).draft_id == back.pk


def test_what_was_begun_meanwhile_is_not_lost(ticket, ada):
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>Oops</p>")
    begun = drafting.save(ticket, kind="reply", by=ada, at=now(), body_html="<p>Next</p>")
    back = unsending.unsend(message, by=ada, at=now())
    back.refresh_from_db()
    assert back.body_html == "<p>Oops</p><p>Next</p>"
    assert back.revision > begun.revision
    assert Draft.objects.filter(ticket=ticket).count() == 1


def test_what_a_customer_wrote_meanwhile_stands(ticket, ada):
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>Oops</p>")
    wrote = answered(ticket, text="And another thing")
    unsending.unsend(message, by=ada, at=now())
    row = afresh(ticket)
    assert row.status == "open"
    assert row.preview == "And another thing"
    assert row.activity_at == row.customer_wrote_at == wrote.ticket.activity_at
    assert row.waiting_since is not None


def test_what_a_colleague_did_meanwhile_stands(ticket, ada, lea):
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>Oops</p>")
    progressing.set_status(ticket, "on_hold", by=lea, at=now())
    assigning.assign(ticket, lea, by=lea, at=now())
    unsending.unsend(message, by=ada, at=now())
    row = afresh(ticket)
    assert (row.status, row.assignee_id) == ("on_hold", lea.pk)


def test_a_later_answer_still_answers(ticket, ada, lea):
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>Oops</p>")
    later_at = now()
    replying.reply(ticket, by=lea, at=later_at, body_html="<p>Here</p>")
    unsending.unsend(message, by=ada, at=now())
    row = afresh(ticket)
    assert (row.status, row.waiting_since) == ("pending", None)
    assert (row.first_reply_at, row.activity_at, row.preview) == (later_at, later_at, "Here")


def test_after_a_merge_only_the_wait_comes_back(ticket, ada, lea):
    waiting = ticket.waiting_since
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>Oops</p>")
    target = ticket_of(subject="Other")
    assigning.assign(target, ada, by=lea, at=now())
    progressing.set_status(target, "pending", by=ada, at=now())
    merging.merge(ticket, into=target, by=ada, at=now())
    status = afresh(target).status
    message.refresh_from_db()
    unsending.unsend(message, by=ada, at=now())
    row = afresh(target)
    assert (row.status, row.assignee_id, row.waiting_since) == (status, ada.pk, waiting)


@pytest.mark.parametrize("fate", ["claimed", "sent", "put off", "tried and asked for again"])
def test_too_late_once_sending_was_tried(ticket, ada, fate):
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>Gone</p>")
    claimed = delivery.claim(ticket.pk, at=now())
    if fate == "sent":
        delivery.mark_sent(claimed, at=now())
    elif fate == "put off":
        delivery.release(claimed, retry_at=now() + timedelta(minutes=1), reason="Busy.")
    elif fate == "tried and asked for again":
        delivery.mark_unknown(claimed, reason="Answer lost.", at=now())
        delivery.requeue(claimed, by=ada, at=now())
    with pytest.raises(UnableToChange, match="Too late"):
        unsending.unsend(message, by=ada, at=now())
    assert Message.objects.filter(pk=message.pk).exists()


def test_only_its_writer_takes_a_reply_back(ticket, ada, lea):
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>")
    with pytest.raises(UnableToChange, match="Only the person who wrote"):
        unsending.unsend(message, by=lea, at=now())


def test_neither_a_note_nor_a_customers_mail_can_be_taken_back(ticket, ada):
    with pytest.raises(UnableToChange):
        unsending.unsend(ticket.messages.get(), by=ada, at=now())


def test_a_second_undo_is_too_late(ticket, ada):
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>")
    again = Message.objects.get(pk=message.pk)
    unsending.unsend(message, by=ada, at=now())
    with pytest.raises(UnableToChange, match="Too late"):
        unsending.unsend(again, by=ada, at=now())


def test_a_ticket_with_a_waiting_reply_can_not_be_closed_until_it_is_taken_back(ticket, ada):
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>")
    with pytest.raises(closing.UnableToClose):
        closing.close(ticket, by=ada, at=now())
    unsending.unsend(message, by=ada, at=now())
    assert closing.close(ticket, by=ada, at=now()).is_closed
