"""Record a fact: the change, the entry, its job and its poke share one commit."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from foredesk.logbook import freshness, hearing, listening
from foredesk.logbook.actors import Actor, Doer, actor_of
from foredesk.logbook.facts import Fact
from foredesk.logbook.models import Entry
from foredesk.plumbing import copying

CHANNEL = "foredesk"
TOPICS_PER_NOTICE = 150  # of some 30 characters: well below the limit


class OutsideTransaction(RuntimeError):
    """A fact must be recorded in the transaction that makes it true."""


def record(fact: Fact, *, by: Actor | Doer, at: datetime) -> Entry:
    """Store `fact` and wake its listeners and live screens when the transaction commits.

    Raises OutsideTransaction. The listeners run in a job of their own, after the commit. Inside
    `together` the entry has no number before its end.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{fact.kind()} was recorded outside a transaction.")
    actor = actor_of(by)
    entry = Entry(
        kind=fact.kind(),
        about_kind=fact.about,
        about_id=fact.about_id(),
        data=fact.data(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        at=at,
        cause=actor.cause,
        depth=actor.cause.depth + 1 if actor.cause else 0,
    )
    held = _held.get()
    if held is None:
        _write([(entry, fact)])
    else:
        held.append((entry, fact))
    return entry


_held: ContextVar[list[tuple[Entry, Fact]] | None] = ContextVar("held", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Record the facts of this block at its end, in their order, by one statement.

    For an ability that writes several and reads none of them, within one transaction. Nothing
    inside may undo a part of its work and go on: the facts of that part would be recorded all the
    same. When the block raises, none is.
    """
    if _held.get() is not None:
        yield
        return
    held: list[tuple[Entry, Fact]] = []
    mark = _held.set(held)
    try:
        yield
    finally:
        _held.reset(mark)
    if held:
        _write(held)


def record_past(facts: Iterable[tuple[Fact, Actor, datetime]]) -> None:
    """Write down what happened long ago, in order: nobody listens and no screen looks again.

    Raises OutsideTransaction.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("The past was recorded outside a transaction.")
    given = list(facts)
    rows = [
        Entry(
            pk=pk,
            kind=fact.kind(),
            about_kind=fact.about,
            about_id=fact.about_id(),
            data=fact.data(),
            actor_kind=by.kind,
            actor_id=by.id,
            actor_name=by.name,
            at=at,
        )
        for pk, (fact, by, at) in zip(copying.take_ids(Entry, len(given)), given, strict=True)
    ]
    copying.copy(Entry, rows)
    connection.on_commit(_touch_lists)


def _write(recorded: list[tuple[Entry, Fact]]) -> None:
    """The rows and their poke in one statement, their jobs in another: every ability pays this."""
    values: list[Any] = []
    for entry, _ in recorded:
        row = [getattr(entry, name) for name in _COLUMNS]
        row[_DATA] = Jsonb(entry.data)
        values += row
    topics = sorted({topic for _, fact in recorded for topic in fact.topics()})
    tell = ", pg_notify(%s, %s)" if topics else ""
    told = [CHANNEL, " ".join(topics)] if topics else []
    rows = ", ".join([_ROW] * len(recorded))
    with connection.cursor() as cursor:
        cursor.execute(f"{_INSERT} {rows} returning id{tell}", [*values, *told])
        numbers = [row[0] for row in cursor.fetchall()]
    for (entry, _), number in zip(recorded, numbers, strict=True):
        entry.pk = number
        entry._state.adding, entry._state.db = False, connection.alias
    connection.on_commit(_touch_lists)
    heard = [(entry, fact) for entry, fact in recorded if listening.is_heard(fact)]
    if heard:
        hearing.queue(heard)


def _touch_lists() -> None:
    freshness.touch(freshness.LISTS)


_COLUMNS = (
    "kind",
    "about_kind",
    "about_id",
    "data",
    "actor_kind",
    "actor_id",
    "actor_name",
    "at",
    "cause_id",
    "depth",
)
_DATA = _COLUMNS.index("data")
_INSERT = f"insert into logbook_entry ({', '.join(_COLUMNS)}) values"
_ROW = f"({', '.join(['%s'] * len(_COLUMNS))})"


def poke(topics: tuple[str, ...]) -> None:
    """Tell the live screens of `topics` to look again, once the transaction has committed.

    PostgreSQL folds equal notices of one transaction into one, and takes 8,000 bytes in each.
    """
    named = sorted(set(topics))
    with connection.cursor() as cursor:
        for start in range(0, len(named), TOPICS_PER_NOTICE):
            payload = " ".join(named[start : start + TOPICS_PER_NOTICE])
            cursor.execute("select pg_notify(%s, %s)", [CHANNEL, payload])
