"""Statements that the ORM wrote once, kept for the lists that are read all day.

Building the SQL of a list costs several times what running it does. A statement depends only on the
list and on what its viewer may see, so it is kept under both.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from django.db import connection

from foredesk.logbook import freshness
from foredesk.people.models import Agent
from foredesk.tickets.visibility import team_ids

MOST_KEPT = 2000
MOMENT = 1.0  # seconds
Statement = tuple[str, tuple[Any, ...], tuple[str, ...]]
_kept: OrderedDict[tuple[Any, ...], Statement] = OrderedDict()


def kept(name: tuple[str, ...], viewer: Agent, build: Callable[[], Statement]) -> Statement:
    """The statement `name` for `viewer`, built when it was not kept."""
    key = (*name, viewer.pk, viewer.role, viewer.sees, viewer.is_active, *team_ids(viewer))
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = build()
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def filled(params: tuple[Any, ...], known: dict[Any, Any]) -> tuple[Any, ...]:
    """Parameters with the numbers that stand for something replaced by what they stand for."""
    return tuple(known.get(one, one) if type(one) is int else one for one in params)


def rows(sql: str, params: tuple[Any, ...], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Run a statement; each row as a dict by column."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def rows_of_a_moment(statement: Statement) -> list[dict[str, Any]]:
    """`rows`, or what they were less than a moment ago when no fact came since.

    A process hears of its own facts when they are committed and of others' by their pokes, before
    it hands these on. Inside a transaction, which may see more, nothing is kept.
    """
    if connection.in_atomic_block:
        return rows(*statement)
    mark, at = freshness.mark(), time.monotonic()
    found = _answers.get(statement)
    if found is not None and found[0] == mark and at - found[1] < MOMENT:
        return found[2]
    answer = rows(*statement)
    if len(_answers) >= MOST_KEPT:
        _answers.clear()
    _answers[statement] = (mark, at, answer)
    return answer


_answers: dict[Statement, tuple[int, float, list[dict[str, Any]]]] = {}
