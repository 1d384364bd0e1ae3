"""A reply that waits: nothing changes before its time, and a customer who writes holds it."""

from datetime import timedelta

import pytest

from foredesk.files import storing
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.tickets import closing, drafting, queries, scheduling, spamming
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Draft, Message, Ticket
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db

SOON = timedelta(hours=12)


@pytest.fixture
def ticket():
    return cases.arrive().ticket


def later(ticket, ada, **more):
    at = now()
    given = {"body_html": "<p>Good morning</p>", "send_at": at + SOON, **more}
    return scheduling.schedule(ticket, by=ada, at=at, **given)


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def test_nothing_changes_before_the_time_has_come(ticket, ada):
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    later(ticket, ada)
    assert scheduling.send_due(at=now()) == 0
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before
    assert Message.objects.filter(author_kind="agent").count() == 0
    assert [one.agent for one in queries.scheduled_on(ticket)] == [ada]
    assert queries.drafts_of(ada, ticket) == {}


def test_it_is_written_when_its_time_has_come_once_with_its_files(ticket, ada):
    draft = drafting.open_draft(ticket, kind="reply", by=ada, at=now())
    drafting.attach(draft, storing.keep(b"x"), name="a.txt", content_type="text/plain")
    later(ticket, ada, draft_id=draft.pk, cc=["dan@other.example"], then="solved")
    due = now() + SOON
    assert scheduling.send_due(at=due) == 1
    assert scheduling.send_due(at=due) == 0
    message = Message.objects.get(author_kind="agent")
    assert (message.at, message.send_at, message.delivery) == (due, due, "queued")
    assert [one["value"] for one in message.cc] == ["dan@other.example"]
    assert message.attachments.get().name == "a.txt"
    assert fresh(ticket).status == "solved"
    assert not Draft.objects.exists()


def test_a_customer_who_writes_meanwhile_holds_it(ticket, ada):
    draft = later(ticket, ada)
    cases.arrive(references=(ticket.messages.first().external_id,))
    assert scheduling.is_overtaken(draft, fresh(ticket))
    assert scheduling.send_due(at=now() + SOON) == 0
    draft.refresh_from_db()
    assert draft.held_reason == scheduling.HELD
    assert cases.facts(ticket)[-1] == "ReplyHeld"
    assert scheduling.send_due(at=now() + 2 * SOON) == 0
    scheduling.move(draft, send_at=now() + SOON, by=ada, at=now())
    assert scheduling.send_due(at=now() + SOON) == 1


def test_taking_back_puts_it_before_what_was_begun(ticket, ada):
    draft = later(ticket, ada)
    drafting.save(ticket, kind="reply", by=ada, at=now(), body_html="<p>And</p>")
    own = scheduling.take_back(draft, by=ada, at=now())
    assert own.body_html == "<p>Good morning</p><p>And</p>"
    assert queries.scheduled_on(ticket) == []
    assert scheduling.send_due(at=now() + SOON) == 0
    with pytest.raises(UnableToChange, match="Too late"):
        scheduling.take_back(draft, by=ada, at=now())


def test_it_can_be_sent_now(ticket, ada):
    message = scheduling.send_now(later(ticket, ada), by=ada, at=now(), undo_seconds=10)
    assert message.send_at > message.at
    assert queries.scheduled_on(ticket) == []


def test_a_colleague_may_stop_it_and_nothing_else(ticket, ada, lea):
    draft = later(ticket, ada)
    with pytest.raises(UnableToChange, match="Only the person who wrote"):
        scheduling.send_now(draft, by=lea, at=now())
    with pytest.raises(UnableToChange, match="Only the person who wrote"):
        scheduling.move(draft, send_at=now() + SOON, by=lea, at=now())
    scheduling.take_back(draft, by=lea, at=now())
    assert "Good morning" in queries.drafts_of(ada, ticket)["reply"].body_html


@pytest.mark.parametrize(
    "given",
    [
        {"send_at": now() - timedelta(seconds=1)},
        {"send_at": now() + timedelta(days=400)},
        {"body_html": " "},
        {"then": "closed"},
        {"cc": ["nobody"]},
    ],
)
def test_what_makes_no_sense_is_refused_and_keeps_nothing(ticket, ada, given):
    with pytest.raises(UnableToChange):
        later(ticket, ada, **given)
    assert not Draft.objects.exists()


def test_one_waits_at_a_time_and_light_agents_answer_nobody(ticket, ada, lou):
    later(ticket, ada)
    with pytest.raises(UnableToChange, match="waits on this ticket already"):
        later(ticket, ada)
    with pytest.raises(NotAllowed):
        later(ticket, lou)


def test_a_ticket_that_was_closed_meanwhile_holds_it_with_the_reason(ticket, ada):
    later(ticket, ada)
    closing.close(fresh(ticket), by=ada, at=now())
    assert scheduling.send_due(at=now() + SOON) == 0
    assert "closed" in Draft.objects.get().held_reason


def test_one_that_cannot_go_does_not_stop_the_others(ticket, ada):
    other = cases.ticket_of(subject="Poles")
    later(ticket, ada)
    later(other, ada)
    spamming.mark_as_spam(fresh(ticket), by=ada, at=now())
    assert scheduling.send_due(at=now() + SOON) == 1
    assert "spam" in Draft.objects.get(ticket=ticket).held_reason


def test_a_later_answer_does_not_wait_behind_it(ticket, ada):
    from foredesk.tickets import delivery, replying

    later(ticket, ada)
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>At once</p>")
    assert delivery.claim(ticket.pk, at=now()).pk == message.pk
