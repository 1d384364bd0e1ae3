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
from foredesk.plumbing.clock import now
from foredesk.sla import holidays_of
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


KINDS = (
    "sla.ScheduleChanged",
    "sla.ScheduleRemoved",
    "sla.PolicyChanged",
    "analytics.NumbersSet",
)


def calendars() -> Calendars:
    """All hours as the logbook tells them, with rows that came without a fact."""
    told: dict[str, list[Any]] = defaultdict(list)
    for entry in logbook.all_of(KINDS):
        told[entry.kind].append(entry)
    return Calendars(
        schedules=_schedules(told["sla.ScheduleChanged"]),
        policies=_policies(told["sla.PolicyChanged"]),
        desk=_desk(told["analytics.NumbersSet"], told["sla.ScheduleRemoved"]),
    )


@dataclass
class _Told:
    """What was said of a schedule so far. A day of None is as any other of the week."""

    values: dict[str, Any] = field(default_factory=dict)
    days: dict[date, Periods | None] = field(default_factory=dict)
    public_since: int = 0

    def hear(self, entry: Any) -> None:
        after = entry.data["after"]
        day = after.get("day") or entry.data["before"].get("day")
        if day:
            periods = _periods(after["periods"]) if "day" in after else None
            self.days[date.fromisoformat(day)] = periods
        if {"country", "region"} & after.keys():
            self.public_since = entry.at.year
        known = ("time_zone", "week", "country", "region")
        self.values.update({key: one for key, one in after.items() if key in known})

    def hours(self, *, last: int) -> Hours:
        """With public holidays up to the year `last`."""
        days: dict[date, Periods | None] = {}
        if self.values.get("country"):
            country, region = self.values["country"], self.values.get("region", "")
            public = holidays_of.public_days(country, region, self.public_since, last)
            days = dict.fromkeys(public, ())
        days.update(self.days)
        week = tuple(_periods(one) for one in self.values["week"])
        closed = {day: periods for day, periods in days.items() if periods is not None}
        return Hours(ZoneInfo(self.values["time_zone"]), week, closed)


def _schedules(entries: Iterable[Any]) -> dict[int, Course[Hours]]:
    found: dict[int, Course[Hours]] = {}
    told: dict[int, _Told] = defaultdict(_Told)
    last = now().year + 1
    for entry in entries:
        number = entry.data["schedule_id"]
        told[number].hear(entry)
        if "week" in told[number].values:
            hours, course = told[number].hours(last=last), found.setdefault(number, Course())
            if not course.held or course.held[-1] != hours:
                course.add(entry.at, hours)
    for number, hours in schedule_hours(Schedule.objects.exclude(pk__in=found)).items():
        found[number] = Course([BEGINNING], [hours])
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


def _desk(set_down: list[Any], removed: list[Any]) -> Course[int | None]:
    """Removed hours count no further; what was counted by them stays."""
    course: Course[int | None] = Course()
    for entry in sorted([*set_down, *removed], key=lambda one: (one.at, one.pk)):
        if entry.kind == "sla.ScheduleRemoved":
            if course.held and course.held[-1] == entry.data["schedule_id"]:
                course.add(entry.at, None)
        elif "schedule_id" in entry.data["after"]:
            course.add(entry.at, entry.data["after"]["schedule_id"])
    if not course.held:
        row = Yardstick.objects.first()
        course.add(BEGINNING, row.schedule_id if row else None)
    return course
