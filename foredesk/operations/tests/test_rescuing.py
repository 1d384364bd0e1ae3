"""Jobs of a dead worker run again."""

from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.operations import rescuing
from foredesk.operations.tests.test_checking import a_job, a_worker


def status(job_id):
    return ProcrastinateJob.objects.get(pk=job_id).status


def test_only_jobs_of_silent_workers_are_taken(db):
    dead, alive = a_worker(40), a_worker(5)
    of_dead, of_alive = a_job("doing", worker=dead), a_job("doing", worker=alive)
    of_nobody = a_job("doing")
    assert rescuing.rescue() == (2, 0)
    assert [status(j) for j in (of_dead, of_alive, of_nobody)] == ["todo", "doing", "todo"]


def test_one_whose_next_waits_already_goes_and_hinders_no_other(db):
    dead = a_worker(40)
    first, second = (a_job("doing", worker=dead, only_one="count") for _ in range(2))
    other = a_job("doing", worker=dead)
    assert rescuing.rescue() == (3, 0)
    assert [status(j) for j in (first, other)] == ["todo", "todo"]
    assert not ProcrastinateJob.objects.filter(pk=second).exists()


def test_a_job_that_kills_its_workers_is_given_up(db):
    poison = a_job("doing", worker=a_worker(40), attempts=rescuing.MOST_STARTS)
    assert rescuing.rescue() == (0, 1)
    assert status(poison) == "failed"


def test_nothing_is_taken_while_the_rescuer_itself_looks_dead(db):
    me, other = a_worker(40), a_worker(40)
    held = a_job("doing", worker=other)
    assert rescuing.rescue(own_worker_id=me) == (0, 0)
    assert status(held) == "doing"
    assert rescuing.rescue(own_worker_id=a_worker(1)) == (1, 0)
