"""A job hears the facts that it recorded itself, and none is lost when it dies before."""

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.logbook import hearing, recording
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.plumbing.clock import now
from foredesk.tickets.events import TicketClosed, TicketSolved

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard(listeners):
    """The numbers of the tickets whose closing was heard."""
    found = []
    listeners(TicketClosed)(lambda fact, *, entry: found.append(fact.ticket_id))
    return found


@pytest.fixture
def job(db):
    """The number of a job that a worker runs."""
    ProcrastinateJob.objects.all()._raw_delete("default")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status, args) values"
            """ ('default', 'tests.opens', 'doing', '{"envelope_id": 1}') returning id"""
        )
        return cursor.fetchone()[0]


def close(number):
    fact = TicketClosed(ticket_id=number, team_id=None, assignee_id=None, before="open")
    return recording.record(fact, by=SYSTEM, at=now())


def owed(job):
    return ProcrastinateJob.objects.get(pk=job).args.get("hears")


def delivering():
    return list(ProcrastinateJob.objects.filter(task_name="logbook.deliver"))


def test_what_a_job_records_it_hears_after_the_commit_without_another_job(job, heard):
    with hearing.at_once(job):
        with transaction.atomic():
            first = close(7)
            second = close(8)
            assert heard == []
        assert owed(job) == [first.pk, second.pk]
    assert heard == [7, 8]
    assert delivering() == []


def test_what_was_undone_is_neither_owed_nor_heard(job, heard):
    with hearing.at_once(job), transaction.atomic():
        close(7)
        transaction.set_rollback(True)
    assert (owed(job), heard, delivering()) == (None, [], [])


def test_a_job_that_died_before_it_heard_does_so_first_when_it_runs_again(job, listeners):
    heard = []

    def dies_the_first_time(fact, *, entry):
        heard.append(fact.ticket_id)
        if len(heard) == 1:
            raise SystemExit

    listeners(TicketClosed)(dies_the_first_time)
    with pytest.raises(SystemExit), hearing.at_once(job), transaction.atomic():
        close(7)
    with hearing.at_once(job, owed=owed(job)):
        assert heard == [7, 7]
    assert heard == [7, 7]


def test_what_was_committed_is_heard_although_the_work_failed(job, heard):
    def fails_later():
        with transaction.atomic():
            close(7)
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"), hearing.at_once(job):
        fails_later()
    assert heard == [7]


def test_a_job_that_runs_no_more_can_owe_nothing(job, heard):
    ProcrastinateJob.objects.filter(pk=job).update(status="todo")
    with hearing.at_once(job), transaction.atomic():
        entry = close(7)
    assert heard == []
    assert [one.args["entry_id"] for one in delivering()] == [entry.pk]


def test_what_a_listener_records_has_a_job_of_its_own(job, listeners):
    def closes(fact, *, entry):
        close(fact.ticket_id)

    heard = []
    listeners(TicketSolved)(closes)
    listeners(TicketClosed)(lambda fact, *, entry: heard.append(fact.ticket_id))
    solved = TicketSolved(ticket_id=7, team_id=None, assignee_id=None, before="open")
    with hearing.at_once(job), transaction.atomic():
        recording.record(solved, by=SYSTEM, at=now())
    assert heard == []
    closed = Entry.objects.get(kind="tickets.TicketClosed").pk
    assert [one.args["entry_id"] for one in delivering()] == [closed]


def test_a_listener_that_failed_is_tried_again_by_a_job_of_its_own(job, listeners):
    def fails(fact, *, entry):
        raise ValueError("not yet")

    listeners(TicketClosed)(fails)
    with hearing.at_once(job), transaction.atomic():
        entry = close(7)
    [again] = delivering()
    assert again.args["entry_id"] == entry.pk
    assert again.args["attempt"] == 2
    assert [name.rpartition(".")[2] for name in again.args["only"]] == ["fails"]
    assert again.scheduled_at > now()
