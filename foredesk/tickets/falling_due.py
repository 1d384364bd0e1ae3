"""When a ticket is due, written on the ticket, so that lists show it without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from foredesk.plumbing import updating
from foredesk.tickets.models import Ticket


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
    rows = [
        Ticket(pk=pk, due_at=due.at if due else None, due=due.stored() if due else None)
        for pk, due in dues.items()
    ]
    updating.update_all(rows, ("due_at", "due"))
