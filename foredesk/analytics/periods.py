"""Periods of whole days in the desk's zone, and the period that each is compared with. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from foredesk.people.refusing import Refused

LONGEST = 3660  # days
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From the beginning of `first` to the end of `last`; `now` is the present, or was then."""

    first: date
    last: date
    zone: ZoneInfo
    now: datetime

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def since(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        return _midnight(self.last + _DAY, self.zone)

    @property
    def before(self) -> Before:
        """As many days before, up to the same full hour: a morning is compared with a morning."""
        shift = timedelta(days=self.days)
        local = self.now.astimezone(self.zone)
        hour = datetime.combine(local.date() - shift, time(local.hour), self.zone).astimezone(UTC)
        return Before(self.first - shift, self.last - shift, self.zone, hour)

    def __iter__(self) -> Iterator[date]:
        return (self.first + n * _DAY for n in range(self.days))


@dataclass(frozen=True)
class Before(Period):
    """A period that something is compared with: no longer than that has gone on so far."""

    @property
    def until(self) -> datetime:
        return max(self.since, min(super().until, self.now))


def last_days(days: int, *, now: datetime, zone: ZoneInfo) -> Period:
    """The last `days` days, today among them."""
    today = now.astimezone(zone).date()
    return between(today - (days - 1) * _DAY, today, now=now, zone=zone)


def week_of(day: date, *, now: datetime, zone: ZoneInfo) -> Period:
    """Monday to Sunday of the week that a day lies in (ISO 8601)."""
    monday = day - day.weekday() * _DAY
    return Period(monday, monday + 6 * _DAY, zone, now)


def between(first: date, last: date, *, now: datetime, zone: ZoneInfo) -> Period:
    """Both days included. Raises Refused for what is upside down, too long or yet to come."""
    if first > last:
        raise Refused("The period ends before it begins. Choose the earlier day first.")
    if (last - first).days >= LONGEST:
        raise Refused("A period has ten years at most.")
    if first > now.astimezone(zone).date():
        raise Refused("The period has not begun yet.")
    if first.year < 1971:
        raise Refused("There are no numbers from before 1971.")
    return Period(first, last, zone, now)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
