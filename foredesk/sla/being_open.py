"""Whether somebody was here at a moment, by the hours of a schedule."""

from __future__ import annotations

import time
from datetime import datetime

from foredesk.logbook import freshness
from foredesk.plumbing import numbers
from foredesk.sla.hours import Hours
from foredesk.sla.models import Schedule
from foredesk.sla.standards import schedule_hours

KEPT = 1.0  # seconds
_kept: list[tuple[int, float, dict[int, Hours]]] = []


def is_open(schedule: str, *, at: datetime) -> bool | None:
    """Whether the schedule with this number was open at `at`; None when there is none."""
    number = numbers.whole(schedule)
    hours = _hours().get(number) if number is not None else None
    return hours.is_open(at) if hours is not None else None


def schedule_names() -> list[tuple[str, str]]:
    """(number, name) of every schedule, by name."""
    rows = Schedule.objects.order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def _hours() -> dict[int, Hours]:
    """The hours of every schedule, as they were less than a second ago and no fact came since."""
    mark, at = freshness.mark(), time.monotonic()
    if not _kept or _kept[0][0] != mark or at - _kept[0][1] >= KEPT:
        _kept[:] = [(mark, at, schedule_hours(Schedule.objects.all()))]
    return _kept[0][2]


def forget() -> None:
    """Read anew at the next question."""
    _kept.clear()
