"""When many jobs of a kind wait, one does their work one after the other: a job of its own costs as
much as half a mail."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection
from procrastinate import JobContext

LONGEST = 0.5
"""Seconds after which a job takes no more, so that replies and other work come to their turn."""

_NEXT = """
    with taken as (
      delete from procrastinate_jobs where id = (
        select id from procrastinate_jobs
        where status = 'todo' and task_name = %s and lock is null
          and (scheduled_at is null or scheduled_at <= now())
        order by priority desc, id limit 1 for update skip locked)
      returning args, priority, attempts)
    update procrastinate_jobs job
    set args = taken.args, priority = taken.priority, attempts = taken.attempts
    from taken where job.id = %s and job.status = 'doing'
    returning job.args
"""


def each(context: JobContext, given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What this job was `given`, then what the jobs of the same task that wait were given.

    When the next is asked for, the one before must be done.
    """
    job, until = context.job, time.monotonic() + LONGEST
    waiting: dict[str, Any] | None = given
    while waiting is not None:
        yield waiting
        if job.id is None or time.monotonic() > until:
            return
        waiting = take(job.id, job.task_name)


def take(job_id: int, task_name: str) -> dict[str, Any] | None:
    """What the next waiting job was given; the job `job_id` stands for that one from here on.

    What it stood for must be done. The exchange is one commit: a worker that dies leaves one job
    for everything that waits. None when none waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [task_name, job_id])
        row = cursor.fetchone()
    return json.loads(row[0]) if row else None
