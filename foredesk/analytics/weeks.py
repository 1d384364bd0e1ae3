"""Weeks that reviews are about: Monday to Sunday in the desk's zone, named by ISO 8601. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from foredesk.analytics.periods import Period, week_of
from foredesk.people.refusing import Refused

SEVEN = timedelta(days=7)
BEFORE, COURSE = 4, 12
"""The weeks that one is compared with, and those whose course is drawn, itself among them."""
FIRST_YEAR = 1971


@dataclass(frozen=True)
class Week:
    """A week by its Monday."""

    monday: date

    @property
    def year(self) -> int:
        return self.monday.isocalendar().year

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def key(self) -> str:
        """As 2026-W46."""
        return f"{self.year}-W{self.number:02d}"

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    def moved(self, weeks: int) -> Week:
        """So many weeks later, or earlier."""
        return Week(self.monday + weeks * SEVEN)

    def period(self, *, now: datetime, zone: ZoneInfo) -> Period:
        """Its days."""
        return week_of(self.monday, now=now, zone=zone)

    def weeks_until(self, weeks: int, *, now: datetime, zone: ZoneInfo) -> Period:
        """The days of so many weeks, of which it is the last."""
        return Period(self.monday - (weeks - 1) * SEVEN, self.sunday, zone, now)


def last_complete(*, now: datetime, zone: ZoneInfo) -> Week:
    """The last week that is over."""
    today = now.astimezone(zone).date()
    return Week(today - timedelta(days=today.weekday() + 7))


def week(year: int, number: int, *, now: datetime, zone: ZoneInfo) -> Week:
    """The week of that name. Raises Refused for one that there is not, or that is not over yet."""
    try:
        found = Week(date.fromisocalendar(year, number, 1))
    except ValueError:
        raise Refused(f"There is no week {number} in {year}.") from None
    if year < FIRST_YEAR:
        raise Refused("There are no numbers from before 1971.")
    if found.monday > last_complete(now=now, zone=zone).monday:
        raise Refused(f"Week {number} of {year} is not over yet. Its review comes on Monday.")
    return found
