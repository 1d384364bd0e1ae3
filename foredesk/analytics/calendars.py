"""Which hours were in force at a moment: the hours of the ticket's promise, else of the desk.

Read from the logbook, so that changing or removing a schedule never rewrites what was measured.
Before it was first set down, the first is taken to have been in force.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from foredesk.analytics.models import Yardstick
from foredesk.logbook import queries as logbook
from foredesk.sla.hours import Hours
from foredesk.sla.models import Policy, Schedule
from foredesk.sla.standards import schedule_hours

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
Held = TypeVar("Held")
Periods = tuple[tuple[int, int], ...]


@dataclass
class Course(Generic[Held]):
    """What held since when, in order."""

    since: list[datetime] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    def add(self, at: datetime, value: Held) -> None:
        self.since.append(at)
        self.held.append(value)

    def at(self, moment: datetime) -> Held | None:
        if not self.held:
            return None
        return self.held[max(0, bisect_right(self.since, moment) - 1)]


@dataclass(frozen=True)
class Calendars:
    """All hours that were ever in force."""

    schedules: dict[int, Course[Hours]]
    policies: dict[int, Course[int | None]]
    desk: Course[int | None]

    def hours(self, policy_id: int | None, at: datetime) -> Hours | None:
        """The hours by which a ticket under this promise was measured then; None when the desk had
        none at all."""
        policy = self.policies.get(policy_id) if policy_id else None
        schedule_id = policy.at(at) if policy else None
        if schedule_id is None or schedule_id not in self.schedules:
            schedule_id = self.desk.at(at)
        course = self.schedules.get(schedule_id) if schedule_id else None
        return course.at(at) if course else None


KINDS = ("sla.ScheduleChanged", "sla.PolicyChanged", "analytics.NumbersSet")


def calendars() -> Calendars:
    """All hours as the logbook tells them, with rows that came without a fact."""
    told: dict[str, list[Any]] = defaultdict(list)
    for entry in logbook.all_of(KINDS):
        told[entry.kind].append(entry)
    return Calendars(
        schedules=_schedules(told["sla.ScheduleChanged"]),
        policies=_policies(told["sla.PolicyChanged"]),
        desk=_desk(told["analytics.NumbersSet"]),
    )


def _schedules(entries: Iterable[Any]) -> dict[int, Course[Hours]]:
    found: dict[int, Course[Hours]] = {}
    seen: dict[int, tuple[dict[str, Any], dict[date, Periods]]] = {}
    now = schedule_hours(Schedule.objects.all())
    holidays = _public_days()
    for entry in entries:
        number, after = entry.data["schedule_id"], entry.data["after"]
        values, days = seen.setdefault(number, ({}, {}))
        day = after.get("day") or entry.data["before"].get("day")
        if day and "day" in after:
            days[date.fromisoformat(day)] = _periods(after["periods"])
        elif day:
            days.pop(date.fromisoformat(day), None)
        values.update({k: v for k, v in after.items() if k in ("time_zone", "week")})
        if "week" in values:
            hours = Hours(
                ZoneInfo(values["time_zone"]),
                tuple(_periods(one) for one in values["week"]),
                {**holidays.get(number, {}), **days},
            )
            course = found.setdefault(number, Course())
            if not course.held or course.held[-1] != hours:
                course.add(entry.at, hours)
    for number, hours in now.items():
        if number not in found:
            found[number] = Course([BEGINNING], [hours])
    return found


def _public_days() -> dict[int, dict[date, Periods]]:
    """Public holidays are written down by the desk itself, not told as facts."""
    found: dict[int, dict[date, Periods]] = defaultdict(dict)
    rows = Schedule.objects.filter(days_off__is_public=True)
    for number, day, periods in rows.values_list("pk", "days_off__day", "days_off__periods"):
        found[number][day] = _periods(periods)
    return found


def _periods(rows: Iterable[Iterable[int]]) -> Periods:
    return tuple((begin, end) for begin, end in rows)


def _policies(entries: Iterable[Any]) -> dict[int, Course[int | None]]:
    found: dict[int, Course[int | None]] = {}
    for entry in entries:
        if "schedule_id" in entry.data["after"]:
            course = found.setdefault(entry.data["policy_id"], Course())
            course.add(entry.at, entry.data["after"]["schedule_id"])
    for number, schedule_id in Policy.objects.values_list("pk", "schedule_id"):
        if number not in found:
            found[number] = Course([BEGINNING], [schedule_id])
    return found


def _desk(entries: Iterable[Any]) -> Course[int | None]:
    course: Course[int | None] = Course()
    for entry in entries:
        if "schedule_id" in entry.data["after"]:
            course.add(entry.at, entry.data["after"]["schedule_id"])
    if not course.held:
        row = Yardstick.objects.first()
        course.add(BEGINNING, row.schedule_id if row else None)
    return course
