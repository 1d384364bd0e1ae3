"""Out of sight until a time."""

from datetime import timedelta

import pytest

from foredesk.plumbing.clock import now
from foredesk.tickets import progressing, snoozing, spamming
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Ticket
from foredesk.tickets.tests.cases import afresh, facts, last_fact, ticket_of

pytestmark = pytest.mark.django_db

TIMES = [
    ("a second ahead", timedelta(seconds=1), True),
    ("a year ahead", timedelta(days=365), True),
    ("the limit", timedelta(days=366), True),
    ("beyond it", timedelta(days=366, seconds=1), False),
    ("now", timedelta(), False),
    ("yesterday", timedelta(days=-1), False),
]


@pytest.mark.parametrize(("name", "ahead", "is_good"), TIMES, ids=[case[0] for case in TIMES])
def test_a_time_to_snooze_until(ticket, ada, name, ahead, is_good):
    at = now()
    if is_good:
        assert snoozing.snooze(ticket, until=at + ahead, by=ada, at=at).is_snoozed(at)
        assert last_fact(ticket).data["until"] == (at + ahead).isoformat()
    else:
        with pytest.raises(UnableToChange, match="in the future"):
            snoozing.snooze(ticket, until=at + ahead, by=ada, at=at)


def test_the_same_time_twice_is_one_fact_and_a_later_one_another(ticket, ada):
    at = now()
    for days in (1, 1, 2):
        snoozing.snooze(ticket, until=at + timedelta(days=days), by=ada, at=at)
    assert facts(ticket).count("TicketSnoozed") == 2


def test_a_solved_ticket_has_nothing_to_wait_for(ticket, ada):
    progressing.set_status(ticket, "solved", by=ada, at=now())
    with pytest.raises(UnableToChange, match="Reopen it first"):
        snoozing.snooze(ticket, until=now() + timedelta(days=1), by=ada, at=now())


def test_waking_once(ticket, ada):
    snoozing.snooze(ticket, until=now() + timedelta(days=1), by=ada, at=now())
    for _ in range(2):
        snoozing.wake(ticket, by=ada, at=now())
    assert facts(ticket).count("TicketWoken") == 1
    assert last_fact(ticket).data["reason"] == "asked"


def test_those_whose_time_has_come_wake_and_no_others(ada):
    at = now()
    early, late, spam, awake = (ticket_of() for _ in range(4))
    snoozing.snooze(early, until=at + timedelta(hours=1), by=ada, at=at)
    snoozing.snooze(late, until=at + timedelta(hours=3), by=ada, at=at)
    snoozing.snooze(spam, until=at + timedelta(hours=1), by=ada, at=at)
    spamming.mark_as_spam(spam, by=ada, at=at)
    assert snoozing.wake_due(at=at + timedelta(hours=2)) == 1
    assert afresh(early).snoozed_until is None
    assert (last_fact(early).data["reason"], last_fact(early).actor_kind) == ("time", "system")
    assert afresh(late).snoozed_until is not None
    assert "TicketWoken" not in facts(awake) + facts(spam)
    assert snoozing.wake_due(at=at + timedelta(hours=2)) == 0


def test_many_are_woken_a_limited_number_at_a_time_oldest_first(ada):
    at = now()
    tickets = [ticket_of() for _ in range(3)]
    for hours, ticket in enumerate(tickets, start=1):
        snoozing.snooze(ticket, until=at + timedelta(hours=hours), by=ada, at=at)
    assert snoozing.wake_due(at=at + timedelta(hours=9), limit=2) == 2
    assert afresh(tickets[2]).snoozed_until is not None


def test_a_ticket_snoozed_anew_while_it_was_its_turn_sleeps_on(ticket, ada):
    at = now()
    snoozing.snooze(ticket, until=at + timedelta(hours=1), by=ada, at=at)
    turn = Ticket.objects.get(pk=ticket.pk)
    snoozing.snooze(ticket, until=at + timedelta(days=1), by=ada, at=at)
    snoozing.wake(turn, by=ada, at=at + timedelta(hours=2), reason="time")
    assert afresh(ticket).snoozed_until is not None
