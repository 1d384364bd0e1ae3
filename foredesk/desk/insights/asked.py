"""What the address asks for: which days, which clock, which part of the tickets.

All of it stands in the address, so whatever somebody looks at can be sent to a colleague.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext as _

from foredesk.analytics import periods, queries, saying
from foredesk.analytics.periods import Period
from foredesk.analytics.questions import ClockName, Question
from foredesk.desk.insights.asker import Asker
from foredesk.people import queries as people
from foredesk.people.refusing import Refused
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now

LENGTHS = {"1": "Today", "7": "7 days", "28": "28 days", "90": "90 days", "365": "Year"}
NARROWING = ("team", "agent", "channel", "priority", "customer", "brand", "tag", "promise")
_NUMBERS = ("team", "agent", "priority", "customer", "brand")
LONGEST = 200


@dataclass(frozen=True)
class Asked:
    """The period, the clock and what it is narrowed to. `days` is "" for days that were chosen."""

    period: Period
    days: str
    clock: ClockName
    has_hours: bool
    is_cohort: bool
    where: tuple[tuple[str, Any], ...]
    viewer: Any
    ask: Asker = field(compare=False)

    def question(self, measure: str, *more: tuple[str, Any]) -> Question:
        """The question for a measure in this period."""
        return Question(
            measure,
            self.period.since,
            self.period.until,
            self.clock,
            self.is_cohort,
            (*self.where, *more),
            self.viewer,
        )

    def before(self) -> Asked:
        """The same of the period before."""
        return replace(self, period=self.period.before)

    def query(self, **changed: Any) -> str:
        """The address's query with something changed; None takes it out."""
        said: dict[str, Any] = {}
        if self.days:
            said["days"] = self.days
        else:
            said |= {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        if self.has_hours and self.clock == "calendar":
            said["clock"] = "calendar"
        if self.is_cohort:
            said["by"] = "created"
        said |= {name: "none" if value is None else value for name, value in self.where}
        if "days" in changed:
            said.pop("from", None)
            said.pop("to", None)
        said |= changed
        return urlencode({name: value for name, value in said.items() if value is not None})

    @property
    def words(self) -> str:
        """The period in words: 28 days, 2 Nov to 28 Nov."""
        if self.days:
            return _(LENGTHS[self.days])
        first, last = self.period.first, self.period.last
        year = f" {last.year}" if last.year != self.period.now.year else ""
        if first == last:
            return saying.short_day(first) + year
        return f"{saying.short_day(first)} {_('to')} {saying.short_day(last)}{year}"


def read(request: HttpRequest, *, days: str = "28") -> Asked:
    """From the address. Raises Refused with a sentence for what can't be asked."""
    given, at, zone = request.GET, now(), desk_zone()
    has_hours = queries.has_hours()
    wanted = given.get("days", "")
    if given.get("from") or given.get("to"):
        last = _day(given.get("to", ""), default=at.astimezone(zone).date())
        first = _day(given.get("from", ""), default=last)
        period, wanted = periods.between(first, last, now=at, zone=zone), ""
    else:
        if wanted and wanted not in LENGTHS:
            raise Refused(f"“{wanted[:20]}” is no length of a period. Choose one of the list.")
        wanted = wanted or days
        period = periods.last_days(int(wanted), now=at, zone=zone)
    clock: ClockName = "open" if has_hours and given.get("clock") != "calendar" else "calendar"
    return Asked(
        period=period,
        days=wanted,
        clock=clock,
        has_hours=has_hours,
        is_cohort=given.get("by") == "created",
        where=tuple(_where(given)),
        viewer=request.user,
        ask=Asker(at),
    )


def desk_zone() -> ZoneInfo:
    """Days begin at the desk's midnight, so that all see the same numbers."""
    return ZoneInfo(people.workspace().time_zone)


def _where(given: Any):
    for name in NARROWING:
        value = given.get(name, "").replace("\x00", "")[:LONGEST]
        if not value:
            continue
        if name not in _NUMBERS:
            yield name, value
        elif value == "none":
            yield name, None
        else:
            number = numbers.whole(value)
            if number is None or abs(number) > 2**31 - 1:
                raise Refused(f"“{value[:20]}” is not the number of a {name}.")
            yield name, number


def _day(text: str, *, default: date) -> date:
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"“{text[:20]}” is no day. Write it as 2026-11-28.") from None
