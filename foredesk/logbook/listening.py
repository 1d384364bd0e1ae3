"""Hear facts: `@on(TicketClosed)` in a room's listeners.py, found at start-up, run by a job."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction

from foredesk.logbook import queries
from foredesk.logbook.facts import Fact, fact_from
from foredesk.logbook.models import Entry
from foredesk.plumbing.clock import now

log = logging.getLogger(__name__)

Listener = Callable[..., None]
Needed = Callable[[Fact], bool]

MAX_ATTEMPTS = 8
_listeners: dict[type[Fact], dict[str, Listener]] = {}
_needed: dict[str, Needed] = {}


def on(*facts: type[Fact], only_if: Needed | None = None) -> Callable[[Listener], Listener]:
    """Run the decorated `listener(fact, *, entry)` after each of `facts`, in a job.

    It must be idempotent: retries happen, and the order of facts is not promised. `only_if` is
    asked while the fact is recorded, so it must be cheap: a fact that no listener needs makes no
    job. It is asked again when the job runs.
    """

    def bind(listener: Listener) -> Listener:
        name = f"{listener.__module__}.{listener.__qualname__}"
        for fact in facts:
            _listeners.setdefault(fact, {})[name] = listener
        if only_if is not None:
            _needed[name] = only_if
        return listener

    return bind


def listeners_of(fact: type[Fact]) -> dict[str, Listener]:
    """The listeners of a kind of fact by name."""
    return _listeners.get(fact, {})


def is_heard(fact: Fact) -> bool:
    """Whether any listener needs this fact."""
    return any(_needs(name, fact) for name in listeners_of(type(fact)))


def _needs(name: str, fact: Fact) -> bool:
    return name not in _needed or _needed[name](fact)


def defer_delivery(entry_ids: Sequence[int]) -> None:
    """Queue the jobs that run the listeners of these entries, one for each."""
    from foredesk.logbook.tasks import deliver

    if len(entry_ids) == 1:
        deliver.defer(entry_id=entry_ids[0])
    else:
        jobs: list[dict[str, Any]] = [{"entry_id": one} for one in entry_ids]
        deliver.batch_defer(*jobs)


class ListenersFailed(Exception):
    """Some listeners of an entry failed; `names` are to be tried again."""

    def __init__(self, names: list[str], last: Exception) -> None:
        super().__init__(f"{', '.join(names)}: {last}")
        self.names = names


def deliver(entry_id: int, only: list[str] | None = None, attempt: int = 1) -> None:
    """Run an entry's listeners; only those that failed are tried again, eight times at most."""
    with _trying_again(entry_id, attempt):
        run_listeners(entry_id, only=only)


def hear(entry: Entry, fact: Fact) -> None:
    """The same for an entry whose fact was recorded a moment ago, by the one who did it."""
    with _trying_again(entry.pk, 1):
        _run(entry, fact)


@contextmanager
def _trying_again(entry_id: int, attempt: int) -> Iterator[None]:
    from foredesk.logbook import tasks

    try:
        yield
    except ListenersFailed as failure:
        if attempt >= MAX_ATTEMPTS:
            raise
        log.warning("Listeners failed, trying again: %s", failure)
        later = tasks.deliver.configure(schedule_at=retry_at(attempt))
        later.defer(entry_id=entry_id, only=list[Any](failure.names), attempt=attempt + 1)


def run_listeners(entry_id: int, *, only: list[str] | None = None) -> None:
    """Run the listeners of an entry, each in its own transaction.

    An entry that went meanwhile (the demo was removed) is no longer told. Raises ListenersFailed
    with the names that failed, after all have had their turn.
    """
    entry = queries.entry(entry_id)
    if entry is not None:
        _run(entry, fact_from(entry.kind, entry.data), only=only)


def _run(entry: Entry, fact: Fact, *, only: list[str] | None = None) -> None:
    failed: list[str] = []
    last: Exception | None = None
    for name, listener in listeners_of(type(fact)).items():
        if (only is not None and name not in only) or not _needs(name, fact):
            continue
        try:
            with transaction.atomic():
                listener(fact, entry=entry)
        except Exception as error:
            failed.append(name)
            last = error
    if last is not None:
        raise ListenersFailed(failed, last) from last


def retry_at(attempt: int):
    """When the `attempt`-th retry (from 1) runs: after 2, 4, 8 … seconds, an hour at most."""
    return now() + timedelta(seconds=min(2**attempt, 3600))
