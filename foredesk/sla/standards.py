"""The policies, schedules and escalations in force, kept in memory: every fact asks for them.

A change made by this process is seen at once (`forget`), one made by another within a second.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from foredesk.logbook.freshness import Kept
from foredesk.sla import durations
from foredesk.sla.hours import ALWAYS, Counting, Hours, Period
from foredesk.sla.models import Escalation, Policy, Schedule
from foredesk.tickets.conditions import evaluating


@dataclass(frozen=True)
class Standard:
    """A policy ready to be measured by; `seconds` are its targets by metric and priority."""

    id: int
    name: str
    schedule_id: int | None
    conditions: dict[str, Any]
    pauses: tuple[str, ...]
    changed_at: datetime
    hours: Counting
    seconds: dict[tuple[str, int], int] = field(hash=False)

    def target(self, metric: str, priority: int) -> int | None:
        """The promised seconds, None when nothing is promised."""
        return self.seconds.get((metric, priority))


@dataclass(frozen=True)
class Standards:
    """All of them in order. `levels` are what is left, in thousandths, when somebody is told;
    `names` are the fields of tickets that any policy looks at."""

    policies: tuple[Standard, ...]
    levels: tuple[int, ...]
    names: frozenset[str]

    @property
    def needs_text(self) -> bool:
        return "text" in self.names


def _read() -> Standards:
    rows = list(Policy.objects.filter(is_active=True).select_related("schedule"))
    hours = schedule_hours({row.schedule for row in rows if row.schedule is not None})
    return Standards(
        policies=tuple(_standard(row, hours) for row in rows),
        levels=tuple(Escalation.objects.values_list("left", flat=True)),
        names=frozenset().union(*(evaluating.names(row.conditions) for row in rows)),
    )


standards = Kept(_read)
"""The standards as they were at most a second ago."""
forget = standards.forget
"""Read anew at the next question; abilities that change standards call this."""


def _standard(row: Policy, hours: dict[int, Hours]) -> Standard:
    counting: Counting = hours[row.schedule_id] if row.schedule_id else ALWAYS
    return Standard(
        id=row.pk,
        name=row.name,
        schedule_id=row.schedule_id,
        conditions=row.conditions,
        pauses=tuple(row.pauses),
        changed_at=row.changed_at,
        hours=counting,
        seconds={
            (metric, int(priority)): durations.seconds(plain, counting)
            for metric, by_priority in row.targets.items()
            for priority, plain in by_priority.items()
            if plain
        },
    )


_hours: dict[int, Hours] = {}


def schedule_hours(schedules: Iterable[Schedule]) -> dict[int, Hours]:
    """The hours of each schedule by number; an unchanged one stays the same object, whose days
    need not be worked out anew."""
    schedules = list(schedules)
    with_days = Schedule.objects.filter(pk__in=[one.pk for one in schedules])
    found = {}
    for row in with_days.prefetch_related("days_off"):
        fresh = hours_of(row, {one.day: _periods(one.periods) for one in row.days_off.all()})
        kept = _hours.get(row.pk)
        found[row.pk] = _hours[row.pk] = kept if kept == fresh else fresh
    return found


def hours_of(schedule: Schedule, days_off: dict[date, tuple[Period, ...]]) -> Hours:
    """A schedule's row as arithmetic."""
    week = tuple(_periods(day) for day in schedule.week)
    return Hours(ZoneInfo(schedule.time_zone), week, days_off)


def _periods(rows: list[list[int]]) -> tuple[Period, ...]:
    return tuple((begin, end) for begin, end in rows)
