"""Failed jobs: tried again, or forgotten."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.logbook.models import Entry
from foredesk.operations import queries, retrying
from foredesk.operations.tests.test_checking import a_job
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now


def test_a_retried_job_waits_again_and_the_logbook_knows(adi):
    job_id = a_job(ticket_id=7)
    retrying.retry(job_id, by=adi, at=now())
    assert ProcrastinateJob.objects.get(pk=job_id).status == "todo"
    entry = Entry.objects.get(kind="operations.JobRetried")
    assert entry.data["args"] == {"ticket_id": 7}
    assert entry.actor_id == adi.pk


def test_one_whose_next_waits_already_goes(adi):
    a_job("todo", only_one="count")
    job_id = a_job(only_one="count")
    retrying.retry(job_id, by=adi, at=now())
    assert ProcrastinateJob.objects.filter(queueing_lock="count").count() == 1


def test_a_job_that_is_not_failed_is_left_alone(adi):
    job_id = a_job("todo")
    for act in (retrying.retry, retrying.forget):
        with pytest.raises(retrying.NoSuchJob):
            act(job_id, by=adi, at=now())
    assert ProcrastinateJob.objects.get(pk=job_id).status == "todo"


def test_a_forgotten_job_leaves_its_fact(adi):
    job_id = a_job(ticket_id=7)
    retrying.forget(job_id, by=adi, at=now())
    assert not ProcrastinateJob.objects.filter(pk=job_id).exists()
    assert Entry.objects.get(kind="operations.JobForgotten").data["args"] == {"ticket_id": 7}


def test_all_at_once(adi):
    for _ in range(3):
        a_job()
    a_job("doing")
    assert retrying.retry_all(by=adi, at=now()) == 3
    assert queries.failed_jobs_count() == 0


def test_only_admins(lea):
    job_id = a_job()
    for act in (retrying.retry, retrying.forget):
        with pytest.raises(NotAllowed):
            act(job_id, by=lea, at=now())
    with pytest.raises(NotAllowed):
        retrying.retry_all(by=lea, at=now())


def test_the_list_says_what_each_was_to_do(db):
    a_job(ticket_id=42, attempts=8)
    (row,) = queries.failed_jobs()
    assert row["says"].startswith("Send the replies of one ticket")
    assert (row["args"], row["attempts"]) == ("ticket_id 42", 8)
