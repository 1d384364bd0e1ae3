"""Schedules: when somebody is here. Several periods a day, days off, public holidays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused
from foredesk.sla import holidays_of, recalculating, standards
from foredesk.sla.events import ScheduleChanged, ScheduleRemoved
from foredesk.sla.models import DayOff, Schedule

LONGEST_NAME = 80
MOST, MOST_PERIODS, MOST_DAYS = 50, 12, 1000
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FIELDS = ("name", "time_zone", "week", "country", "region")
Times = Sequence[tuple[str, str]]


def add(
    *,
    name: str,
    time_zone: str,
    week: Sequence[Times],
    country: str = "",
    region: str = "",
    by: Actor | Doer,
    at: datetime,
) -> Schedule:
    """A new schedule. `week` holds for each day, Monday first, its periods as ("08:00", "12:00").

    With a country its public holidays of this year and the two that follow are days off. Records
    ScheduleChanged. Raises NotAllowed, Refused.
    """
    must_administer(by)
    wanted = _checked(name, time_zone, week, country, region)
    if Schedule.objects.count() >= MOST:
        raise Refused(f"There are {MOST} schedules already. Remove one first.")
    try:
        with transaction.atomic():
            return _save(Schedule(created_at=at), wanted, before={}, by=by, at=at)
    except IntegrityError:
        raise _taken(name) from None


def change(
    schedule: Schedule,
    *,
    name: str,
    time_zone: str,
    week: Sequence[Times],
    country: str,
    region: str,
    by: Actor | Doer,
    at: datetime,
) -> Schedule:
    """Be here at other times. Records ScheduleChanged with what changed, nothing when nothing did.

    Clocks that run by it get their new time. Raises NotAllowed, Refused.
    """
    must_administer(by)
    wanted = _checked(name, time_zone, week, country, region)
    try:
        with transaction.atomic():
            row = Schedule.objects.select_for_update().get(pk=schedule.pk)
            before = {f: getattr(row, f) for f in FIELDS if getattr(row, f) != wanted[f]}
            if not before:
                return row
            if not any(wanted["week"]) and row.policies.filter(is_active=True).exists():
                raise Refused(
                    "Promises are kept by these hours, so there must be some. Give them other "
                    "hours first, or leave at least one period."
                )
            return _save(row, wanted, before=before, by=by, at=at)
    except IntegrityError:
        raise _taken(name) from None


def _save(
    row: Schedule, wanted: dict[str, Any], *, before: dict[str, Any], by: Actor | Doer, at: datetime
) -> Schedule:
    is_new = row.pk is None
    after = {f: wanted[f] for f in FIELDS if f in before or is_new}
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save()
    if is_new or {"country", "region"} & before.keys():
        holidays_of.keep(row, at=at)
    fact = ScheduleChanged(schedule_id=row.pk, name=row.name, before=before, after=after)
    recording.record(fact, by=by, at=at)
    _tell(row, is_new, by=by, at=at)
    return row


def _tell(row: Schedule, is_new: bool, *, by: Actor | Doer, at: datetime) -> None:
    if not is_new and row.policies.exists():
        recalculating.ask(f"The hours “{row.name}” were changed.", by=by, at=at)
    transaction.on_commit(standards.forget)


def close_on(
    schedule: Schedule,
    day: date,
    *,
    name: str = "",
    periods: Times = (),
    by: Actor | Doer,
    at: datetime,
) -> DayOff:
    """Make a date a day off, or one with other hours when `periods` are given; a public holiday of
    that date gives way. Records ScheduleChanged. Raises NotAllowed, Refused."""
    must_administer(by)
    wanted = _periods(periods, f"{day:%-d %B %Y}")
    name = " ".join(name.replace("\x00", "").split())
    if len(name) > LONGEST_NAME:
        raise Refused(f"The name of a day has {LONGEST_NAME} characters at most.")
    with transaction.atomic():
        row = Schedule.objects.select_for_update().get(pk=schedule.pk)
        if row.days_off.count() >= MOST_DAYS:
            raise Refused(f"A schedule has {MOST_DAYS} days off at most. Remove old ones first.")
        found, _ = DayOff.objects.update_or_create(
            schedule=row, day=day, defaults={"name": name, "periods": wanted, "is_public": False}
        )
        _record_day(row, {}, {"day": day.isoformat(), "periods": wanted}, by=by, at=at)
        return found


def work_on(schedule: Schedule, day: date, *, by: Actor | Doer, at: datetime) -> None:
    """Let a date be an ordinary day again. Records ScheduleChanged. Raises NotAllowed."""
    must_administer(by)
    with transaction.atomic():
        row = Schedule.objects.select_for_update().get(pk=schedule.pk)
        found = row.days_off.filter(day=day).first()
        if found is None:
            return
        found.delete()
        _record_day(row, {"day": day.isoformat(), "periods": found.periods}, {}, by=by, at=at)


def _record_day(
    row: Schedule, before: Mapping[str, Any], after: Mapping[str, Any], *, by, at: datetime
) -> None:
    fact = ScheduleChanged(
        schedule_id=row.pk, name=row.name, before=dict(before), after=dict(after)
    )
    recording.record(fact, by=by, at=at)
    _tell(row, False, by=by, at=at)


def remove(schedule: Schedule, *, by: Actor | Doer, at: datetime) -> None:
    """Remove a schedule that no promise is kept by. Records ScheduleRemoved. Raises NotAllowed,
    Refused when one is."""
    must_administer(by)
    with transaction.atomic():
        row = Schedule.objects.select_for_update().filter(pk=schedule.pk).first()
        if row is None:
            return
        fact = ScheduleRemoved(schedule_id=row.pk, name=row.name)
        names = ", ".join(row.policies.values_list("name", flat=True)[:3])
        try:
            row.delete()
        except ProtectedError:
            raise Refused(
                f"“{row.name}” is in use: {names}. Give them other hours first."
            ) from None
        recording.record(fact, by=by, at=at)
        transaction.on_commit(standards.forget)


def _checked(
    name: str, time_zone: str, week: Sequence[Times], country: str, region: str
) -> dict[str, Any]:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Refused("Give the hours a name.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"A name has {LONGEST_NAME} characters at most.")
    if time_zone not in available_timezones():
        raise Refused(f"There is no time zone “{time_zone[:60]}”.")
    ZoneInfo(time_zone)
    if len(week) != len(DAYS):
        raise Refused("A week has seven days.")
    holidays_of.must_know(country, region)
    days = [_periods(times, day) for times, day in zip(week, DAYS, strict=True)]
    return {
        "name": name,
        "time_zone": time_zone,
        "week": days,
        "country": country,
        "region": region if country else "",
    }


def _periods(times: Times, day: str) -> list[list[int]]:
    """Periods in order, in minutes; those that touch become one. Raises Refused."""
    if len(times) > MOST_PERIODS:
        raise Refused(f"{day}: {MOST_PERIODS} periods at most.")
    found = sorted([_minutes(begin, day), _minutes(end, day, is_end=True)] for begin, end in times)
    joined: list[list[int]] = []
    for begin, end in found:
        if begin >= end:
            raise Refused(f"{day}: hours end after they begin. A night goes on with the next day.")
        if joined and begin < joined[-1][1]:
            raise Refused(f"{day}: two periods overlap.")
        if joined and begin == joined[-1][1]:
            joined[-1][1] = end
        else:
            joined.append([begin, end])
    return joined


def _minutes(text: str, day: str, *, is_end: bool = False) -> int:
    hours, colon, minutes = text.strip().partition(":")
    if colon and hours.isdecimal() and minutes.isdecimal() and len(text.strip()) <= 5:
        found = int(hours) * 60 + int(minutes)
        if int(minutes) < 60 and found < 1440:
            return 1440 if is_end and found == 0 else found
        if is_end and found == 1440:
            return found
    raise Refused(f"{day}: “{text[:20]}” is no time. Write 08:30.")


def _taken(name: str) -> Refused:
    return Refused(f"There are already hours called {' '.join(name.split())}.")
