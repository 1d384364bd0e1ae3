"""Messages about another thing become a ticket of their own."""

from datetime import timedelta

import pytest

from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning, merging, noting, progressing, replying, splitting
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Message, Participant, Ticket
from foredesk.tickets.tests.cases import afresh, answered, facts, last_fact, state, ticket_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(ticket):
    return answered(ticket, at=now() + timedelta(seconds=5), text="And my boots?")


def _split(ticket, *messages, by, subject="Boots"):
    ids = [one.pk for one in messages]
    return splitting.split(ticket, message_ids=ids, subject=subject, by=by, at=now())


def test_the_chosen_messages_move_to_a_linked_ticket(ticket, later, ada, payments):
    assigning.hand_to(ticket, payments, by=ada, at=now())
    assigning.assign(ticket, ada, by=ada, at=now())
    new = afresh(_split(ticket, later, by=ada))
    assert (new.subject, new.split_from_id, new.status) == ("Boots", ticket.pk, "new")
    assert (new.requester_id, new.team_id, new.assignee_id) == (
        ticket.requester_id,
        payments.pk,
        ada.pk,
    )
    assert [one.pk for one in new.messages.all()] == [later.pk]
    assert ticket.messages.count() == 1
    assert last_fact(ticket).kind == "tickets.TicketSplit"
    assert last_fact(ticket).data["into"] == new.pk
    assert facts(new)[0] == "TicketOpened"


def test_both_sides_have_the_times_of_their_own_messages(ticket, later, ada):
    first = ticket.messages.order_by("id").first()
    new = afresh(_split(ticket, later, by=ada))
    row = afresh(ticket)
    assert (new.activity_at, new.waiting_since, new.preview) == (
        later.at,
        later.at,
        "And my boots?",
    )
    assert (row.activity_at, row.waiting_since, row.preview) == (
        first.at,
        first.at,
        "Where is my tent?",
    )
    assert (row.customer_wrote_at, new.customer_wrote_at) == (first.at, later.at)


def test_who_was_answered_waits_no_more(ticket, ada):
    replying.reply(ticket, by=ada, at=now(), body_html="<p>Here</p>")
    Message.objects.filter(ticket=ticket, author_kind="agent").update(delivery="sent")
    later = answered(ticket, text="And my boots?")
    new = afresh(_split(ticket, later, by=ada))
    row = afresh(ticket)
    assert row.waiting_since is None
    assert row.first_reply_at is not None
    assert new.waiting_since == later.at
    assert new.first_reply_at is None


def test_an_answer_given_before_the_new_ticket_was_opened_is_not_its_first(ticket, later, ada):
    reply = replying.reply(ticket, by=ada, at=now(), body_html="<p>Boots here</p>")
    Message.objects.filter(pk=reply.pk).update(delivery="sent")
    new = afresh(_split(ticket, later, reply, by=ada))
    assert (new.first_reply_at, new.waiting_since) == (None, None)
    assert afresh(ticket).first_reply_at is None


def test_a_solved_rest_stays_solved_and_waits_for_nothing(ticket, later, ada):
    progressing.set_status(ticket, "solved", by=ada, at=now())
    new = afresh(_split(ticket, later, by=ada))
    assert (afresh(ticket).status, afresh(ticket).waiting_since) == ("solved", None)
    assert new.waiting_since == later.at


def test_writers_among_the_moved_messages_take_part(ticket, ada):
    other = answered(ticket, author="mum@customer.example", name="Mum")
    mine = answered(ticket)
    new = _split(ticket, mine, other, by=ada)
    assert Participant.objects.filter(ticket=new).count() == 2
    assert new.requester_id == other.customer_id


def test_an_answer_to_a_moved_message_lands_in_the_new_ticket(ticket, later, ada):
    new = _split(ticket, later, by=ada)
    later.refresh_from_db()
    assert answered(new).ticket_id == new.pk


def test_without_a_subject_it_keeps_the_old_one(ticket, later, ada):
    assert _split(ticket, later, by=ada, subject="").subject == "Tent"


def _nothing(ticket, later, ada):
    return []


def _everything(ticket, later, ada):
    return list(ticket.messages.all())


def _of_another_ticket(ticket, later, ada):
    return list(ticket_of().messages.all())


def _no_customers_message(ticket, later, ada):
    return [noting.note(ticket, by=ada, at=now(), body_html="x")]


def _on_its_way(ticket, later, ada):
    return [later, replying.reply(ticket, by=ada, at=now(), body_html="x")]


@pytest.mark.parametrize(
    "case", [_nothing, _everything, _of_another_ticket, _no_customers_message, _on_its_way]
)
def test_what_can_not_be_split_stays_together(ticket, later, ada, case):
    chosen = case(ticket, later, ada)
    before, count = state(ticket), Ticket.objects.count()
    with pytest.raises(UnableToChange):
        _split(ticket, *chosen, by=ada)
    assert (state(ticket), Ticket.objects.count()) == (before, count)


def test_a_merged_ticket_is_not_split(ticket, later, ada):
    merging.merge(ticket, into=ticket_of(), by=ada, at=now())
    with pytest.raises(UnableToChange, match="merged"):
        _split(ticket, later, by=ada)


def test_light_agents_do_not_split(ticket, later, lou):
    with pytest.raises(NotAllowed):
        _split(ticket, later, by=lou)
