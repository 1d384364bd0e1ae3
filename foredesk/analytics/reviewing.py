"""Look back at a week: every figure against the four weeks before, and what is worth a word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from foredesk.analytics import asking, headlining, noticing, queries, setting_up
from foredesk.analytics.asking import ClockName, Figure, Question
from foredesk.analytics.comparing import Change
from foredesk.analytics.defining import Count, Level, Measure
from foredesk.analytics.measures import MEASURES
from foredesk.analytics.noticing import Notice
from foredesk.analytics.periods import Period
from foredesk.analytics.weeks import BEFORE, COURSE, Week
from foredesk.people.models import Agent

REVIEWED = (
    "first_reply",
    "next_reply",
    "full_resolution",
    "promises_kept",
    "created",
    "solved",
    "backlog",
    "one_touch",
    "reopen_rate",
)
"""What a review shows. Nothing that goes by the day of creation: of the last week much is still to
come, and it would look worse than it is."""


@dataclass(frozen=True)
class Looked:
    """A week looked back at."""

    week: Week
    at: datetime
    headline: str
    summary: str
    changes: list[Change]
    wins: list[Notice]
    losses: list[Notice]


def look_back(week: Week, *, viewer: Agent | None, at: datetime, zone: ZoneInfo) -> Looked:
    """The week as `viewer` may see it, None sees all. Measures without data are left out."""
    clock = clock_now()
    found = [
        change(MEASURES[name], week, viewer=viewer, at=at, zone=zone, course=COURSE, clock=clock)
        for name in REVIEWED
    ]
    targets = setting_up.yardstick().targets
    changes = [replace(one, target=targets.get(one.measure.name)) for one in found if one.has_any]
    return Looked(
        week=week,
        at=at,
        headline=headlining.headline(changes),
        summary=headlining.summary(changes),
        changes=changes,
        wins=noticing.wins(changes),
        losses=noticing.losses(changes),
    )


def change(
    measure: Measure,
    week: Week,
    *,
    viewer: Agent | None,
    at: datetime,
    zone: ZoneInfo,
    course: int = 0,
    clock: ClockName | None = None,
) -> Change:
    """How one measure stands in a week against the four before; `course` weeks besides."""
    clock = clock or clock_now()

    def asked(period: Period) -> Question:
        return Question(measure.name, period.since, period.until, clock, viewer=viewer)

    days = week.weeks_until(max(course, BEFORE + 1), now=at, zone=zone)
    if isinstance(measure, Level | Count):
        weeks = asking.by_week(asked(days), zone)
        levels = [figure.value or 0 for _monday, figure in weeks]
        mean = sum(levels[-BEFORE - 1 : -1]) / BEFORE
        now, before = weeks[-1][1], Figure(mean, round(mean))
    else:
        weeks = asking.by_week(asked(days), zone) if course else []
        now = asking.figure(asked(week.period(now=at, zone=zone)))
        before = asking.figure(asked(week.moved(-1).weeks_until(BEFORE, now=at, zone=zone)))
    values = [figure.value for _monday, figure in weeks[-course:]] if course else []
    return Change(measure, now, before, values)


def question(measure: Measure, period: Period, *, viewer: Agent | None) -> Question:
    """What a review asks of a period."""
    return Question(measure.name, period.since, period.until, clock_now(), viewer=viewer)


def clock_now() -> ClockName:
    """Open hours where the desk has hours, as dashboards count."""
    return "open" if queries.has_hours() else "calendar"
