"""Try failed jobs again, or give them up: a person decides."""

import json
from datetime import datetime

from django.db import connection, transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.operations.events import JobForgotten, JobRetried
from foredesk.operations.requeueing import queue_again
from foredesk.people.permissions import must_administer


class NoSuchJob(Exception):
    """The job did not fail, or somebody else took care of it."""

    def __init__(self) -> None:
        super().__init__("This job is not among the failed ones any more.")


def retry(job_id: int, *, by: Actor | Doer, at: datetime) -> None:
    """Queue a failed job again. Records JobRetried. Raises NoSuchJob, NotAllowed."""
    must_administer(by)
    with transaction.atomic():
        fact = JobRetried(*_locked(job_id))
        queue_again(job_id, at=at)
        recording.record(fact, by=by, at=at)


def retry_all(*, by: Actor | Doer, at: datetime) -> int:
    """Queue every failed job again; returns how many. Records JobRetried for each."""
    must_administer(by)
    done = 0
    for job_id in _failed_ids():
        try:
            retry(job_id, by=by, at=at)
            done += 1
        except NoSuchJob:
            continue
    return done


def forget(job_id: int, *, by: Actor | Doer, at: datetime) -> None:
    """Drop a failed job; the fact keeps what it was to do.

    Records JobForgotten. Raises NoSuchJob, NotAllowed.
    """
    must_administer(by)
    with transaction.atomic(), connection.cursor() as cursor:
        fact = JobForgotten(*_locked(job_id))
        cursor.execute("delete from procrastinate_jobs where id = %s", [job_id])
        recording.record(fact, by=by, at=at)


def _locked(job_id: int) -> tuple[int, str, dict]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, task_name, args::text from procrastinate_jobs"
            " where id = %s and status = 'failed' for update",
            [job_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise NoSuchJob
    return row[0], row[1], json.loads(row[2])


def _failed_ids() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("select id from procrastinate_jobs where status = 'failed' order by id")
        return [row[0] for row in cursor.fetchall()]
