"""Statements that the ORM wrote once, kept for the lists that are read all day.

Building the SQL of a list costs several times what running it does. A statement depends only on the
list and on what its viewer may see, so it is kept under both.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from django.db import connection

from foredesk.people.models import Agent
from foredesk.tickets.visibility import team_ids

MOST_KEPT = 2000
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


def rows(sql: str, params: tuple[Any, ...], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Run a statement; each row as a dict by column."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
