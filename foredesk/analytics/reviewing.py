"""Look back at a week: every figure against the four weeks before, and what is worth a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from foredesk.analytics import answering, headlining, noticing, queries, setting_up
from foredesk.analytics.answering import Asked
from foredesk.analytics.comparing import Change
from foredesk.analytics.defining import Count, Level, Measure
from foredesk.analytics.measures import MEASURES
from foredesk.analytics.noticing import Notice
from foredesk.analytics.periods import Period
from foredesk.analytics.questions import ClockName, Figure, Question
from foredesk.analytics.weeks import BEFORE, COURSE, Week
from foredesk.people.models import Agent

REVIEWED = (
    "first_reply",
    "next_reply",
    "full_resolution",
    "promises_kept",
    "satisfaction",
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
    measures = [MEASURES[name] for name in REVIEWED]
    found = changes(measures, week, viewer=viewer, at=at, zone=zone)
    targets = setting_up.yardstick().targets
    shown = [replace(one, target=targets.get(one.measure.name)) for one in found if one.has_any]
    return Looked(
        week=week,
        at=at,
        headline=headlining.headline(shown),
        summary=headlining.summary(shown),
        changes=shown,
        wins=noticing.wins(shown),
        losses=noticing.losses(shown),
    )


def changes(
    measures: Sequence[Measure],
    week: Week,
    *,
    viewer: Agent | None,
    at: datetime,
    zone: ZoneInfo,
) -> list[Change]:
    """How measures stand in a week against the four before, all asked together."""
    course = week.weeks_until(COURSE, now=at, zone=zone)
    earlier = week.moved(-1).weeks_until(BEFORE, now=at, zone=zone)
    clock = clock_now()
    asked: list[Asked] = []
    for one in measures:
        asked.append(("by_week", _question(one, course, clock, viewer), zone))
        if not isinstance(one, Level | Count):
            asked.append(("figure", _question(one, earlier, clock, viewer)))
    told = iter(answering.exactly(asked, at=at))
    found = []
    for one in measures:
        figures = [figure for _monday, figure in next(told)]
        values = [figure.value for figure in figures]
        if isinstance(one, Level | Count):
            mean = sum(value or 0 for value in values[-BEFORE - 1 : -1]) / BEFORE
            found.append(Change(one, figures[-1], Figure(mean, round(mean)), values))
        else:
            found.append(Change(one, figures[-1], next(told), values))
    return found


def question(measure: Measure, period: Period, *, viewer: Agent | None) -> Question:
    """What a review asks of a period."""
    return _question(measure, period, clock_now(), viewer)


def clock_now() -> ClockName:
    """Open hours where the desk has hours, as dashboards count."""
    return "open" if queries.has_hours() else "calendar"


def _question(measure: Measure, period: Period, clock: ClockName, viewer: Agent | None) -> Question:
    return Question(measure.name, period.since, period.until, clock, viewer=viewer)
