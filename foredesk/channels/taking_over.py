"""When many mails wait, one job opens one after the other: a job costs as much as half a mail."""

from __future__ import annotations

from django.db import connection

LONGEST = 0.5
"""Seconds after which a job takes no more, so that replies and other work come to their turn."""

_NEXT = """
    with taken as (
      delete from procrastinate_jobs where id = (
        select id from procrastinate_jobs
        where status = 'todo' and task_name = 'channels.open_envelope' and lock is null
          and (scheduled_at is null or scheduled_at <= now())
        order by priority desc, id limit 1 for update skip locked)
      returning args, priority, attempts)
    update procrastinate_jobs job
    set args = taken.args, priority = taken.priority, attempts = taken.attempts
    from taken where job.id = %s and job.status = 'doing'
    returning (job.args ->> 'envelope_id')::bigint
"""


def next_envelope(job_id: int) -> int | None:
    """The envelope of the next waiting job; the job `job_id` stands for that one from here on.

    The envelope that it stood for must be done. The exchange is one commit: a worker that dies
    leaves one job for every envelope that waits. None when none waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [job_id])
        row = cursor.fetchone()
    return row[0] if row else None
