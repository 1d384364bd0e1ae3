"""One mailbox never holds the whole worker: a server that hangs would stop everybody's mail."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

SOON, AT_ONCE = 10, 5
"""Seconds until a job that was turned away comes again, and how many of them come in a second."""

_lock = threading.Lock()
_busy: Counter[int] = Counter()
_waiting: dict[int, dict[int, None]] = {}
"""Tickets that were turned away, by their mailbox, oldest first. Each has a job for later too, so
nothing is lost with this process."""


@contextmanager
def turn(mailbox_id: int, ticket_id: int | None = None) -> Iterator[bool]:
    """Whether a mail of this mailbox may be sent now.

    Half of the worker's jobs may be one mailbox's, and one job always stays free to open mail. When
    a ticket's replies are turned away a job is queued for them as soon as a turn ends; others come
    back by themselves.
    """
    is_mine = _begin(mailbox_id, ticket_id)
    try:
        yield is_mine
    finally:
        if is_mine:
            _end(mailbox_id)


def seconds_until_again() -> int:
    """When who was turned away comes again at the latest: later, the more there are."""
    with _lock:
        return SOON + sum(map(len, _waiting.values())) // AT_ONCE


def _begin(mailbox_id: int, ticket_id: int | None) -> bool:
    with _lock:
        is_free = _has_room(mailbox_id) and _busy.total() < max(1, _jobs() - 1)
        if is_free:
            _busy[mailbox_id] += 1
        elif ticket_id is not None:
            _waiting.setdefault(mailbox_id, {})[ticket_id] = None
        return is_free


def _end(mailbox_id: int) -> None:
    from foredesk.channels import tasks

    with _lock:
        _busy[mailbox_id] -= 1
        if not _busy[mailbox_id]:
            del _busy[mailbox_id]
        next_id = _next()
    if next_id is not None:
        tasks.send_due.defer(ticket_id=next_id)


def _next() -> int | None:
    """The ticket that waits longest in the mailbox whose turn it is; then it is another's."""
    mailbox_id = next((one for one in _waiting if _has_room(one)), None)
    if mailbox_id is None:
        return None
    tickets = _waiting.pop(mailbox_id)
    ticket_id = next(iter(tickets))
    del tickets[ticket_id]
    if tickets:
        _waiting[mailbox_id] = tickets
    return ticket_id


def _has_room(mailbox_id: int) -> bool:
    return _busy[mailbox_id] < max(1, _jobs() // 2)


def _jobs() -> int:
    return settings.ENV.worker_concurrency
