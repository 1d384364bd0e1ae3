"""Listeners run in transactions of their own, and only those that failed are tried again."""

from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.logbook import listening, recording
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.facts import fact_from
from foredesk.people.models import Team
from foredesk.plumbing.clock import now
from foredesk.tickets.events import TicketClosed

pytestmark = pytest.mark.django_db
CLOSED = TicketClosed(ticket_id=7, team_id=None, assignee_id=None, before="open")


@pytest.fixture
def entry(listeners):
    return lambda: recording.record(CLOSED, by=SYSTEM, at=now())


def _jobs():
    jobs = ProcrastinateJob.objects.filter(task_name="logbook.deliver").order_by("-id")
    return [job for job in jobs if job.status == "todo"]


def test_a_failed_listener_is_undone_alone_and_named(listeners, entry):
    def good(fact, *, entry):
        Team.objects.create(name="good")

    def bad(fact, *, entry):
        Team.objects.create(name="bad")
        raise ValueError("no")

    def later(fact, *, entry):
        Team.objects.create(name=f"later {fact.ticket_id} {entry.kind}")

    for listener in (good, bad, later):
        listeners(TicketClosed)(listener)
    with pytest.raises(listening.ListenersFailed) as failed:
        listening.run_listeners(entry().pk)
    assert [name.rpartition(".")[2] for name in failed.value.names] == ["bad"]
    assert "no" in str(failed.value)
    assert set(Team.objects.values_list("name", flat=True)) == {
        "good", "later 7 tickets.TicketClosed",
    }  # fmt: skip


def test_a_listener_that_breaks_the_transaction_does_not_break_the_others(listeners, entry):
    def breaks(fact, *, entry):
        with connection.cursor() as cursor:
            cursor.execute("select 1 / 0")

    listeners(TicketClosed)(breaks)
    listeners(TicketClosed)(lambda fact, *, entry: Team.objects.create(name="after"))
    with pytest.raises(listening.ListenersFailed):
        listening.run_listeners(entry().pk)
    assert Team.objects.filter(name="after").exists()


def test_only_those_that_failed_are_tried_again_later(listeners, entry):
    calls = []

    def good(fact, *, entry):
        calls.append("good")

    def bad(fact, *, entry):
        calls.append("bad")
        if calls.count("bad") < 2:
            raise ValueError("not yet")

    listeners(TicketClosed)(good)
    listeners(TicketClosed)(bad)
    recorded = entry()
    began = now()
    listening.deliver(entry_id=recorded.pk)
    again = _jobs()[0]
    assert again.args["attempt"] == 2
    assert again.args["entry_id"] == recorded.pk
    assert [name.rpartition(".")[2] for name in again.args["only"]] == ["bad"]
    assert timedelta(seconds=1) < again.scheduled_at - began < timedelta(seconds=30)
    known = len(_jobs())
    listening.deliver(**again.args)
    assert calls == ["good", "bad", "bad"]
    assert len(_jobs()) == known


def test_after_eight_attempts_the_job_fails_for_people_to_see(listeners, entry):
    def bad(fact, *, entry):
        raise ValueError("never")

    listeners(TicketClosed)(bad)
    recorded = entry()
    known = len(_jobs())
    with pytest.raises(listening.ListenersFailed):
        listening.deliver(entry_id=recorded.pk, attempt=listening.MAX_ATTEMPTS)
    assert len(_jobs()) == known


def test_binding_twice_is_one_listener(listeners):
    known = len(listening.listeners_of(TicketClosed))

    def hears(fact, *, entry):
        pass

    for _ in range(2):
        assert listeners(TicketClosed)(hears) is hears
    assert len(listening.listeners_of(TicketClosed)) == known + 1


def test_a_fact_that_no_listener_needs_makes_no_job(monkeypatch):
    monkeypatch.setattr(listening, "_listeners", {})
    heard = []

    @listening.on(TicketClosed, only_if=lambda fact: fact.ticket_id == 8)
    def hears(fact, *, entry):
        heard.append(fact.ticket_id)

    for number, jobs in ((7, 0), (8, 1)):
        fact = TicketClosed(ticket_id=number, team_id=None, assignee_id=None, before="open")
        known = len(_jobs())
        entry = recording.record(fact, by=SYSTEM, at=now())
        assert len(_jobs()) - known == jobs
        listening.run_listeners(entry.pk)
    assert heard == [8]


WAITS = [(1, 2), (2, 4), (5, 32), (11, 2048), (12, 3600), (40, 3600)]


@pytest.mark.parametrize(("attempt", "seconds"), WAITS)
def test_retries_come_later_and_later(attempt, seconds):
    wait = listening.retry_at(attempt) - now()
    assert seconds - 2 < wait.total_seconds() <= seconds


def test_a_stored_fact_that_nobody_knows_any_more_is_said(db):
    with pytest.raises(LookupError, match=r"tickets\.Forgotten"):
        fact_from("tickets.Forgotten", {})
