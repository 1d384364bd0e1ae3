"""Hear facts in the job that records them, right after their commit: a job of their own costs a
tenth of a mail.

Nothing is lost when the worker dies in between. The commit that holds the facts writes their
numbers into the running job too; rescued, it hears them before it does anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from foredesk.logbook import listening
from foredesk.logbook.facts import Fact
from foredesk.logbook.models import Entry

Recorded = Sequence[tuple[Entry, Fact]]


@dataclass
class _Job:
    id: int
    committed: list[tuple[Entry, Fact]] = field(default_factory=list)


_hearing: ContextVar[_Job | None] = ContextVar("hearing", default=None)


@contextmanager
def at_once(job_id: int | None, *, owed: Sequence[int] = ()) -> Iterator[None]:
    """Run the listeners of what this block records when it ends, in the job `job_id` that runs.

    The job's task must take `hears`, the numbers of entries that it owes a hearing, and give them
    as `owed` when it is run again: they are heard first. What listeners record has jobs of its own.
    """
    for number in owed:
        listening.deliver(number)
    if job_id is None:
        yield
        return
    job = _Job(job_id)
    mark = _hearing.set(job)
    try:
        yield
    finally:
        _hearing.reset(mark)
        for entry, fact in job.committed:
            listening.hear(entry, fact)


def queue(recorded: Recorded) -> None:
    """Queue the listeners of these entries, in the transaction that records them."""
    job, numbers = _hearing.get(), [entry.pk for entry, _ in recorded]
    if job is not None and _is_owed_by(job, numbers):
        connection.on_commit(partial(job.committed.extend, recorded))
    else:
        listening.defer_delivery(numbers)


_OWE = """
    update procrastinate_jobs
    set args = jsonb_set(args, '{hears}', coalesce(args->'hears', '[]') || %s)
    where id = %s and status = 'doing'
"""


def _is_owed_by(job: _Job, numbers: list[int]) -> bool:
    """Write into the job what it owes a hearing; False when it runs no more."""
    owed: Any = Jsonb(numbers)
    with connection.cursor() as cursor:
        cursor.execute(_OWE, [owed, job.id])
        return bool(cursor.rowcount)
