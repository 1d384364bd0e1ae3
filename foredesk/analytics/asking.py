"""Ask for a number: of a period, narrowed and broken down as somebody wants it.

Everything is read from the tallies; which of them a measure is made of stands in its own file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.db import connection

from foredesk.analytics.defining import Count, Duration, Level, Measure, Share
from foredesk.analytics.measures import MEASURES
from foredesk.people.models import Agent, Role, Sees
from foredesk.people.refusing import Refused
from foredesk.tickets import visibility

ClockName = Literal["open", "calendar"]
FEW = 20
"""Of fewer than this, a median says little: screens show it in grey."""
PER_TICKET = ("team", "agent", "channel", "priority", "customer", "tag", "promise")
"""What a number can be narrowed to."""
DIMENSIONS = ("channel", "team", "agent", "priority", "customer", "tag", "promise", "hour")
"""What a number can be broken down by."""
_COLUMNS = {
    "team": "t.team_id",
    "agent": "t.agent_id",
    "channel": "t.channel",
    "priority": "t.priority",
    "customer": "t.customer_id",
    "promise": "t.detail",
}


@dataclass(frozen=True)
class Question:
    """`since` up to but without `until`. `clock` open counts only open hours. `is_cohort` asks by
    the day on which tickets were created instead of when it happened. `where` narrows: ("team", 3).
    `viewer`: only tickets that they may see; None sees all."""

    measure: str
    since: datetime
    until: datetime
    clock: ClockName = "calendar"
    is_cohort: bool = False
    where: tuple[tuple[str, Any], ...] = ()
    viewer: Agent | None = field(default=None, compare=False)

    @property
    def definition(self) -> Measure:
        try:
            return MEASURES[self.measure]
        except KeyError:
            raise Refused(f"Nobody measures “{self.measure[:60]}”.") from None

    def before(self) -> Question:
        """The same of the period of equal length that ended when this one began."""
        return replace(self, since=self.since - (self.until - self.since), until=self.since)


@dataclass(frozen=True)
class Figure:
    """`value` is the figure itself: the median of a duration in seconds, a number, or a share from
    0 to 1; None when there is nothing to tell. `n` is of how many."""

    value: float | None
    n: int
    p90: float | None = None
    mean: float | None = None
    part: int | None = None

    @property
    def is_thin(self) -> bool:
        return self.n < FEW


NOTHING = Figure(None, 0)


def figure(question: Question) -> Figure:
    """The figure of the whole period. Raises Refused for what can't be asked."""
    definition = question.definition
    if isinstance(definition, Level):
        found = _level(question, definition, until=question.until)
        return Figure(found, int(found))
    return _figures(question, group="1").get(1, _empty(definition))


def by_day(question: Question, zone: ZoneInfo) -> list[tuple[date, Figure]]:
    """A figure for each day of the period in `zone`; a level as it was at the day's end."""
    definition = question.definition
    days = list(days_of(question, zone))
    if isinstance(definition, Level):
        return _levels(question, definition, days, zone)
    column = "made_at" if _is_cohort(question) else "at"
    found = _figures(question, f"(t.{column} at time zone %s)::date", [zone.key])
    return [(day, found.get(day, _empty(definition))) for day in days]


def by_week(question: Question, zone: ZoneInfo) -> list[tuple[date, Figure]]:
    """A figure for each week of the period by its Monday in `zone`; a level as at its end."""
    definition = question.definition
    days = list(days_of(question, zone))
    mondays = sorted({day - timedelta(days=day.weekday()) for day in days})
    if isinstance(definition, Level):
        ends = {
            day - timedelta(days=day.weekday()): figure
            for day, figure in _levels(question, definition, days, zone)
        }
        return [(monday, ends[monday]) for monday in mondays]
    column = "made_at" if _is_cohort(question) else "at"
    group = f"date_trunc('week', t.{column} at time zone %s)::date"
    found = _figures(question, group, [zone.key])
    return [(monday, found.get(monday, _empty(definition))) for monday in mondays]


def by_hour(question: Question, zone: ZoneInfo) -> dict[tuple[int, int], int]:
    """How many fell into each hour of the week: (weekday, Monday is 0, and hour) → number."""
    what = _whats(question.definition)
    where, values = _where(question, what)
    rows = _rows(
        f"""select extract(isodow from l)::int - 1, extract(hour from l)::int, count(*)
            from (select t.at at time zone %s as l from analytics_tally t where {where}) as local
            group by 1, 2""",  # noqa: S608  (our own columns)
        [zone.key, *values],
    )
    return {(day, hour): n for day, hour, n in rows}


def by(question: Question, dimension: str) -> list[tuple[Any, Figure]]:
    """A figure for each team, channel and so on, the most first. Raises Refused."""
    if dimension not in DIMENSIONS or dimension == "hour":
        raise Refused(f"Numbers can’t be broken down by “{dimension[:40]}”.")
    if isinstance(question.definition, Level):
        raise Refused("Open tickets can’t be broken down over time.")
    group = "tag" if dimension == "tag" else _COLUMNS[dimension]
    found = _figures(question, group, tags=dimension == "tag")
    return sorted(found.items(), key=lambda one: (-one[1].n, str(one[0])))


def tickets(
    question: Question, *, limit: int = 50, offset: int = 0
) -> tuple[list[tuple[int, float | None, datetime]], int]:
    """The tickets behind a number: (ticket, value, when), the longest first, and how many in all.

    Of a share those of its whole. Raises Refused.
    """
    definition = question.definition
    if isinstance(definition, Level):
        raise Refused("Look at the list of open tickets for this one.")
    value = _value(question)
    column = "made_at" if _is_cohort(question) else "at"
    where, values = _where(question, _whats(definition), column=column)
    if isinstance(definition, Duration):
        where += f" and {value} is not null"
    rows = _rows(
        f"""select t.ticket_id, {value}, t.at, count(*) over () from analytics_tally t
            where {where} order by {value} desc nulls last, t.at desc, t.id
            limit %s offset %s""",  # noqa: S608  (our own columns)
        [*values, limit, offset],
    )
    return [(pk, number, at) for pk, number, at, _ in rows], rows[0][3] if rows else 0


def days_of(question: Question, zone: ZoneInfo):
    """The days of the period in `zone`, in order."""
    day = question.since.astimezone(zone).date()
    last = (question.until - timedelta(microseconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _empty(definition: Measure) -> Figure:
    return Figure(0, 0) if isinstance(definition, Count) else NOTHING


def _whats(definition: Measure) -> list[str]:
    if isinstance(definition, Duration | Count):
        return [definition.tallied]
    if isinstance(definition, Share):
        return sorted({definition.part, *definition.whole})
    return []


def _is_cohort(question: Question) -> bool:
    definition = question.definition
    return question.is_cohort or (isinstance(definition, Share) and definition.is_cohort)


def _value(question: Question) -> str:
    return "t.open_value" if question.clock == "open" else "t.value"


def _figures(
    question: Question, group: str, values: Sequence[Any] = (), *, tags: bool = False
) -> dict[Any, Figure]:
    """Figures by what `group` (SQL) gives."""
    definition = question.definition
    column = "made_at" if _is_cohort(question) else "at"
    where, named = _where(question, _whats(definition), column=column)
    source = "analytics_tally t"
    if tags:
        source += " join tickets_ticket k on k.id = t.ticket_id, unnest(k.tags) as tag"
    measured, inside = _measured(question)
    rows = _rows(
        f"select {group}, {measured} from {source} where {where} group by 1",  # noqa: S608
        [*values, *inside, *named],
    )
    return {key: _figure(definition, row) for key, *row in rows}


def _measured(question: Question) -> tuple[str, list[Any]]:
    definition = question.definition
    if isinstance(definition, Share):
        most = "" if definition.most is None else " and t.value <= %s"
        sql = f"count(*) filter (where t.what = %s{most}), count(*) filter (where t.what = any(%s))"
        limit = [] if definition.most is None else [definition.most]
        return sql, [definition.part, *limit, list(definition.whole)]
    if isinstance(definition, Count):
        return "count(*)", []
    value = _value(question)
    return (
        f"count({value}), percentile_cont(array[0.5, 0.9]) within group (order by {value}), "
        f"avg({value})",
        [],
    )


_QUIET = """ and not exists (
    select 1 from analytics_tally o where o.what = 'created' and o.customer_id = t.customer_id
       and o.ticket_id <> t.ticket_id
       and o.at > t.at and o.at < t.at + make_interval(secs => %s))"""


def _figure(definition: Measure, row: Sequence[Any]) -> Figure:
    if isinstance(definition, Share):
        part, whole = row
        return Figure(part / whole if whole else None, whole, part=part)
    if isinstance(definition, Count):
        return Figure(row[0], row[0])
    n, both, mean = row
    return Figure(both[0], n, p90=both[1], mean=mean) if n else NOTHING


def _where(
    question: Question, whats: Sequence[str], *, column: str = "at", has_start: bool = True
) -> tuple[str, list[Any]]:
    parts: list[str] = ["t.what = any(%s)"]
    values: list[Any] = [list(whats)]
    if has_start:
        parts.append(f"t.{column} >= %s")
        values.append(question.since)
    parts.append(f"t.{column} < %s")
    values.append(question.until)
    for name, wanted in question.where:
        if name == "tag":
            parts.append("t.ticket_id in (select id from tickets_ticket where tags @> array[%s])")
        elif name not in _COLUMNS:
            raise Refused(f"Numbers can’t be narrowed by “{name[:40]}”.")
        elif wanted is None:
            parts.append(f"{_COLUMNS[name]} is null")
            continue
        else:
            parts.append(f"{_COLUMNS[name]} = %s")
        values.append(wanted)
    if question.viewer is not None and not sees_all(question.viewer):
        parts.append(
            "t.ticket_id in (select id from tickets_ticket "
            "where team_id = any(%s) or team_id is null or assignee_id = %s)"
        )
        values += [visibility.team_ids(question.viewer), question.viewer.pk]
    return " and ".join(parts), values


def sees_all(viewer: Agent) -> bool:
    """Whether they may see every ticket, as `visibility` says."""
    return viewer.role == Role.ADMIN or viewer.sees == Sees.EVERYTHING


def _level(question: Question, definition: Level, *, until: datetime) -> float:
    asked = replace(question, until=until)
    where, values = _where(asked, [*definition.came, *definition.went], has_start=False)
    rows = _rows(
        f"""select coalesce(sum(case when t.what = any(%s) then 1 else -1 end), 0)
            from analytics_tally t where {where}""",  # noqa: S608  (our own columns)
        [list(definition.came), *values],
    )
    return float(rows[0][0])


def _levels(
    question: Question, definition: Level, days: list[date], zone: ZoneInfo
) -> list[tuple[date, Figure]]:
    where, values = _where(question, [*definition.came, *definition.went])
    rows = _rows(
        f"""select (t.at at time zone %s)::date, sum(case when t.what = any(%s) then 1 else -1 end)
            from analytics_tally t where {where} group by 1""",  # noqa: S608  (our own columns)
        [zone.key, list(definition.came), *values],
    )
    moved, now = dict(rows), _level(question, definition, until=question.since)
    found = []
    for day in days:
        now += float(moved.get(day, 0))
        found.append((day, Figure(now, int(now))))
    return found


def _rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
