"""When a ticket is due, written on the ticket, so that lists show it without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb


@dataclass(frozen=True)
class Due:
    """The nearest promise of a ticket. `what` is its metric, `policy` whose promise it is.

    Running: `at` is when it is due, `since` when the clock first ran, `soon_at` and `urgent_at` are
    when a third and a tenth are left. Paused: `at` is None and `left` says how many counted seconds
    are left.
    """

    what: str
    policy: str = ""
    at: datetime | None = None
    since: datetime | None = None
    soon_at: datetime | None = None
    urgent_at: datetime | None = None
    left: int | None = None

    def stored(self) -> dict[str, Any]:
        """The column `due`: what is None is left out."""
        found: dict[str, Any] = {"what": self.what, "policy": self.policy}
        if self.at is None:
            return {**found, "left": self.left or 0}
        times = {"since": self.since, "soon": self.soon_at, "urgent": self.urgent_at}
        return found | {name: (time or self.at).isoformat() for name, time in times.items()}


def fall_due(dues: Mapping[int, Due | None]) -> None:
    """Write for each ticket by number when it is due, or that nothing is. One statement; records
    nothing, since whoever knows when it is due has facts of their own."""
    if not dues:
        return
    times: list[Any] = [due and due.at for due in dues.values()]
    stored: list[Any] = [due and Jsonb(due.stored()) for due in dues.values()]
    with connection.cursor() as cursor:
        if len(dues) == 1:
            cursor.execute(_ONE, [*times, *stored, *dues])
        else:
            cursor.execute(_MANY, [times, stored, list(dues)])


_ONE = "update tickets_ticket set due_at = %s, due = %s where id = %s"
"""By itself, since the plan of a list is made anew for every one: see `plumbing.prepared`."""
_MANY = (
    "update tickets_ticket t set due_at = new.due_at, due = new.due"
    " from unnest(%s::timestamptz[], %s::jsonb[], %s::bigint[]) as new(due_at, due, id)"
    " where t.id = new.id"
)
