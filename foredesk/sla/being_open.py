"""Whether somebody was here at a moment, by the hours of a schedule."""

from __future__ import annotations

from datetime import datetime

from foredesk.logbook.freshness import LISTS, Kept
from foredesk.plumbing import numbers
from foredesk.sla.models import Schedule
from foredesk.sla.standards import schedule_hours


def is_open(schedule: str, *, at: datetime) -> bool | None:
    """Whether the schedule with this number was open at `at`; None when there is none."""
    number = numbers.whole(schedule)
    hours = _hours().get(number) if number is not None else None
    return hours.is_open(at) if hours is not None else None


def schedule_names() -> list[tuple[str, str]]:
    """(number, name) of every schedule, by name."""
    rows = Schedule.objects.order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


_hours = Kept(lambda: schedule_hours(Schedule.objects.all()), until=LISTS)
"""The hours of every schedule, as they were less than a second ago and no fact came since."""
forget = _hours.forget
"""Read anew at the next question."""
