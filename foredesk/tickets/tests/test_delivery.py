"""What becomes of an outgoing message: oldest first, one in flight, an end that is final."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.tickets import delivery, replying, unsending
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Delivery, Message
from foredesk.tickets.tests.cases import facts, last_fact, ticket_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(ticket, ada):
    """Two replies of one ticket, waiting."""
    return [
        replying.reply(ticket, by=ada, at=now(), body_html=f"<p>{word}</p>")
        for word in ("One", "Two")
    ]


def test_the_oldest_goes_first_and_alone(ticket, two):
    at = now()
    first = delivery.claim(ticket.pk, at=at)
    assert (first.pk, first.delivery, first.attempts, first.claimed_at) == (
        two[0].pk, "sending", 1, at,
    )  # fmt: skip
    assert delivery.claim(ticket.pk, at=at) is None
    delivery.mark_sent(first, at=at)
    assert delivery.claim(ticket.pk, at=at).pk == two[1].pk


def test_nothing_is_due_before_its_time_and_later_ones_wait_behind(ticket, ada):
    at = now()
    first = replying.reply(ticket, by=ada, at=at, body_html="a", undo_seconds=60)
    replying.reply(ticket, by=ada, at=at, body_html="b")
    assert delivery.claim(ticket.pk, at=at + timedelta(seconds=59)) is None
    assert delivery.claim(ticket.pk, at=at + timedelta(seconds=60)).pk == first.pk


def test_an_unknown_ticket_and_one_without_replies_have_nothing_to_send(ticket):
    assert delivery.claim(ticket.pk, at=now()) is None
    assert delivery.claim(10**12, at=now()) is None


def test_put_off_it_holds_the_later_ones(ticket, two):
    at = now()
    first = delivery.claim(ticket.pk, at=at)
    delivery.release(first, retry_at=at + timedelta(minutes=1), reason="The server is busy.")
    assert delivery.claim(ticket.pk, at=at + timedelta(seconds=59)) is None
    again = delivery.claim(ticket.pk, at=at + timedelta(minutes=1))
    assert (again.pk, again.attempts) == (first.pk, 2)
    assert again.delivery_note == "The server is busy."


ENDS = [
    (delivery.mark_sent, {"note": "250 OK"}, "sent", "ReplySent"),
    (delivery.mark_kept, {"note": "No outgoing mail."}, "kept", "ReplyKept"),
    (delivery.mark_failed, {"reason": "No such person."}, "failed", "ReplyFailed"),
    (delivery.mark_unknown, {"reason": "Answer lost."}, "unknown", "ReplyUncertain"),
]
IDS = [end[2] for end in ENDS]


@pytest.mark.parametrize(("mark", "why", "state", "fact"), ENDS, ids=IDS)
def test_an_end_is_a_fact_and_final(ticket, two, mark, why, state, fact):
    message = delivery.claim(ticket.pk, at=now())
    at = now()
    mark(message, at=at, **why)
    row = Message.objects.get(pk=message.pk)
    assert (row.delivery, message.delivery) == (state, state)
    assert row.delivery_note in why.values()
    assert (row.sent_at == at) is (state == "sent")
    assert facts(ticket)[-1] == fact
    assert last_fact(ticket).actor_kind == "system"
    for other, reason, _, _ in ENDS:
        other(message, at=now(), **reason)
    delivery.release(message, retry_at=now(), reason="late")
    assert Message.objects.get(pk=message.pk).delivery == state
    assert facts(ticket)[-1] == fact
    assert facts(ticket).count(fact) == 1


@pytest.mark.parametrize(("mark", "why", "state", "fact"), ENDS, ids=IDS)
def test_only_what_is_in_flight_comes_to_an_end(ticket, two, mark, why, state, fact):
    mark(two[0], at=now(), **why)
    assert Message.objects.get(pk=two[0].pk).delivery == "queued"
    assert fact not in facts(ticket)


def test_the_wire_id_is_given_once(ticket, two):
    message = delivery.claim(ticket.pk, at=now())
    delivery.stamp(message, external_id="one@halden.example")
    delivery.stamp(message, external_id="two@halden.example")
    assert Message.objects.get(pk=message.pk).external_id == "one@halden.example"


def test_a_message_of_a_dead_worker_is_found_by_its_age(ticket, two):
    at = now()
    message = delivery.claim(ticket.pk, at=at)
    minute = timedelta(minutes=1)
    assert delivery.stuck(older_than=minute, at=at + minute) == []
    assert delivery.stuck(older_than=minute, at=at + 2 * minute) == [message]


def test_overdue_tickets_are_found_once(ticket, two, ada):
    at = now()
    replying.reply(ticket_of(), by=ada, at=at, body_html="x", undo_seconds=60)
    assert delivery.overdue(at=at) == [ticket.pk]


@pytest.mark.parametrize("end", ["failed", "unknown", "kept"])
def test_a_person_asks_for_another_try(ticket, two, ada, end):
    message = delivery.claim(ticket.pk, at=now())
    {"failed": delivery.mark_failed, "unknown": delivery.mark_unknown}.get(
        end, lambda m, reason, at: delivery.mark_kept(m, note=reason, at=at)
    )(message, reason="Why.", at=now())
    at = now()
    delivery.requeue(message, by=ada, at=at)
    row = Message.objects.get(pk=message.pk)
    assert (row.delivery, row.send_at, row.delivery_note, row.attempts) == ("queued", at, "", 0)
    assert facts(ticket)[-1] == "ReplyRequeued"
    assert last_fact(ticket).actor_id == ada.pk
    assert delivery.claim(ticket.pk, at=at).pk == message.pk


@pytest.mark.parametrize("state", ["queued", "sending", "sent", ""])
def test_what_is_fine_needs_no_second_try(ticket, two, ada, state):
    Message.objects.filter(pk=two[0].pk).update(delivery=state)
    with pytest.raises(UnableToChange, match="no second try"):
        delivery.requeue(two[0], by=ada, at=now())


def test_light_agents_have_nothing_sent_again(ticket, two, lou):
    message = delivery.claim(ticket.pk, at=now())
    delivery.mark_failed(message, reason="No.", at=now())
    with pytest.raises(NotAllowed):
        delivery.requeue(message, by=lou, at=now())


def test_the_database_itself_allows_one_in_flight(ticket, two):
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(ticket=ticket).exclude(delivery="").update(delivery=Delivery.SENDING)


def _in_thread(work):
    """Run `work` on a connection of its own; returns (thread, results)."""
    results = []

    def run():
        try:
            results.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def _waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def _until(condition, seconds=20):
    done = threading.Event()
    for _ in range(seconds * 50):
        if condition():
            return
        done.wait(0.02)
    raise AssertionError("It did not come to pass.")


@pytest.mark.django_db(transaction=True)
def test_two_claimers_at_once_get_the_first_message_and_nothing():
    from foredesk.conftest import _agent

    ticket = ticket_of()
    ada = _agent("Ada", "agent")
    first = replying.reply(ticket, by=ada, at=now(), body_html="One")
    replying.reply(ticket, by=ada, at=now(), body_html="Two")
    with transaction.atomic():
        mine = delivery.claim(ticket.pk, at=now())
        thread, theirs = _in_thread(lambda: delivery.claim(ticket.pk, at=now()))
        _until(_waits_for_a_lock)
    thread.join(20)
    assert mine.pk == first.pk
    assert theirs == [None]


@pytest.mark.django_db(transaction=True)
def test_a_claimer_who_meets_an_undo_takes_the_next_message():
    from foredesk.conftest import _agent

    ticket = ticket_of()
    ada = _agent("Ada", "agent")
    first = replying.reply(ticket, by=ada, at=now(), body_html="One")
    second = replying.reply(ticket, by=ada, at=now(), body_html="Two")
    with transaction.atomic():
        unsending.unsend(first, by=ada, at=now())
        thread, theirs = _in_thread(lambda: delivery.claim(ticket.pk, at=now()))
        _until(_waits_for_a_lock)
    thread.join(20)
    assert [one.pk for one in theirs] == [second.pk]


@pytest.mark.django_db(transaction=True)
def test_many_claimers_send_each_message_once_and_in_order():
    from foredesk.conftest import _agent

    ticket = ticket_of()
    ada = _agent("Ada", "agent")
    written = [replying.reply(ticket, by=ada, at=now(), body_html=f"No. {n}").pk for n in range(8)]
    sent, guard = [], threading.Lock()

    def work():
        while len(sent) < len(written):
            message = delivery.claim(ticket.pk, at=now())
            if message is not None:
                with guard:
                    sent.append(message.pk)
                delivery.mark_sent(message, at=now())

    threads = [_in_thread(work)[0] for _ in range(3)]
    for thread in threads:
        thread.join(60)
    assert sent == written
