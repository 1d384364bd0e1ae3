"""Statements that the ORM wrote once, kept for the lists that are read all day.

Building the SQL of a list costs several times what running it does, and planning it as much. A
statement depends only on the list and on what its viewer may see, so it is kept under both.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from copy import copy
from typing import Any

from django.db import connection
from psycopg.sql import Literal

from foredesk.logbook import freshness
from foredesk.people.models import Agent
from foredesk.tickets.visibility import team_ids

MOST_KEPT = 2000
MOMENT = 1.0  # seconds
Statement = tuple[str, tuple[Any, ...], tuple[str, ...]]
_kept: OrderedDict[tuple[Any, ...], Statement] = OrderedDict()

VIEWER, *STAND_INS = (-(10**15) - n for n in range(6))
"""Numbers that no row has: they stand in a kept statement for what each reading fills in."""


def kept(
    name: tuple[str, ...],
    viewer: Agent,
    build: Callable[[Agent], Statement],
    known: dict[int, Any] | None = None,
) -> Statement:
    """The statement `name` for `viewer`, built when it was not kept; `known` says what the numbers
    among STAND_INS are this time.

    `build` gets somebody with the viewer's rights in their place, so that all who may see the same
    share it. What is the same each time is written into the statement: PostgreSQL can only plan it
    once for all when it knows how many rows are wanted of which status.
    """
    key = (*name, viewer.role, viewer.sees, viewer.is_active, *team_ids(viewer))
    found = _kept.get(key)
    if found is None:
        anybody = copy(viewer)  # with the teams that were just read
        anybody.pk = VIEWER
        found = _kept[key] = _with_constants(*build(anybody))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    sql, params, columns = found
    given = {VIEWER: viewer.pk, **(known or {})}
    return sql, tuple([given[one] for one in params]), columns


def _with_constants(sql: str, params: tuple[Any, ...], columns: tuple[str, ...]) -> Statement:
    """The statement with all parameters written out but for those that stand for something."""
    pieces = sql.split("%s")
    assert "%%" not in sql, sql
    open_ = [type(one) is int and one <= VIEWER for one in params]
    connection.ensure_connection()
    marks = [
        "%s" if is_open else Literal(one).as_string(connection.connection).replace("%", "%%")
        for one, is_open in zip(params, open_, strict=True)
    ]
    written = "".join(piece + mark for piece, mark in zip(pieces, [*marks, ""], strict=True))
    stay = tuple(one for one, is_open in zip(params, open_, strict=True) if is_open)
    return written, stay, columns


def rows(sql: str, params: tuple[Any, ...], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Run a statement; each row as a dict by column."""
    return [dict(zip(columns, row, strict=True)) for row in tuples((sql, params, columns))]


def tuples(statement: Statement) -> list[tuple[Any, ...]]:
    """Run a statement; its rows as they come."""
    sql, params, _ = statement
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


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
