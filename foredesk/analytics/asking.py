"""Ask for a number: of a period, narrowed and broken down as somebody wants it.

Everything is read from the tallies; which of them a measure is made of stands in its own file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from foredesk.analytics import narrowing
from foredesk.analytics.defining import Count, Level, Measure, Share
from foredesk.analytics.questions import NOTHING, Figure, Question
from foredesk.people.refusing import Refused

DIMENSIONS = (
    "channel", "team", "agent", "priority", "customer", "brand", "tag", "promise", "hour",
)  # fmt: skip
"""What a number can be broken down by."""
_TICKET = " join tickets_ticket k on k.id = t.ticket_id"
_OF_TICKETS = {"tag": f"{_TICKET}, unnest(k.tags) as tag", "brand": _TICKET}
"""What is asked of the ticket as it is now: tags and brands are put right later."""


def figure(question: Question) -> Figure:
    """The figure of the whole period. Raises Refused for what can't be asked."""
    return _figures(question, group="1").get(1, _empty(question.definition))


def by_day(question: Question, zone: ZoneInfo) -> list[tuple[date, Figure]]:
    """A figure for each day of the period in `zone`; a level as it was at the day's end."""
    definition = question.definition
    narrowing.must_be_fit(question)
    days = list(days_of(question, zone))
    if isinstance(definition, Level):
        return _levels(question, days, zone)
    column = narrowing.column_of(question)
    found = _figures(question, f"(t.{column} at time zone %s)::date", [zone.key])
    return [(day, found.get(day, _empty(definition))) for day in days]


def by_week(question: Question, zone: ZoneInfo) -> list[tuple[date, Figure]]:
    """A figure for each week of the period by its Monday in `zone`; a level as at its end."""
    definition = question.definition
    narrowing.must_be_fit(question)
    days = list(days_of(question, zone))
    mondays = sorted({day - timedelta(days=day.weekday()) for day in days})
    if isinstance(definition, Level):
        ends = {
            day - timedelta(days=day.weekday()): figure
            for day, figure in _levels(question, days, zone)
        }
        return [(monday, ends[monday]) for monday in mondays]
    group = f"date_trunc('week', t.{narrowing.column_of(question)} at time zone %s)::date"
    found = _figures(question, group, [zone.key])
    return [(monday, found.get(monday, _empty(definition))) for monday in mondays]


def by_hour(question: Question, zone: ZoneInfo) -> dict[tuple[int, int], int]:
    """How many fell into each hour of the week: (weekday, Monday is 0, and hour) → number."""
    if isinstance(question.definition, Level):
        raise Refused("Open tickets can’t be told by the hour.")
    where, values = narrowing.tallies(question, narrowing.whats(question.definition), column="at")
    rows = _rows(
        f"""select extract(isodow from l)::int - 1, extract(hour from l)::int, count(*)
            from (select t.at at time zone %s as l from analytics_tally t where {where}) as local
            group by 1, 2""",  # noqa: S608  (our own columns)
        [zone.key, *values],
    )
    return {(day, hour): n for day, hour, n in rows}


def by(question: Question, dimension: str) -> list[tuple[Any, Figure]]:
    """A figure for each team, channel and so on, the most first. Raises Refused, NotAllowed."""
    narrowing.must_be_open(question, dimension=dimension)
    if dimension not in DIMENSIONS or dimension == "hour":
        raise Refused(f"Numbers can’t be broken down by “{dimension[:40]}”.")
    of_ticket = _OF_TICKETS.get(dimension, "")
    group = of_ticket and ("tag" if dimension == "tag" else "k.brand_id")
    found = _figures(question, group or narrowing.COLUMNS[dimension], beside=of_ticket)
    return sorted(found.items(), key=lambda one: (-one[1].n, str(one[0])))


def tickets(
    question: Question, *, limit: int = 50, offset: int = 0
) -> tuple[list[tuple[int, float | None, datetime]], int]:
    """The tickets behind a number: (ticket, value, when), the longest first, and how many in all.

    Of a share those of its whole, of a level those of the period's end. Raises Refused.
    """
    value = narrowing.value_of(question)
    where, values = narrowing.behind(question)
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
    return Figure(0, 0) if isinstance(definition, Count | Level) else NOTHING


def _figures(
    question: Question, group: str, values: Sequence[Any] = (), *, beside: str = ""
) -> dict[Any, Figure]:
    """Figures by what `group` (SQL) gives, of tallies and what is joined `beside` them."""
    definition = question.definition
    where, named = narrowing.tallies(
        question, narrowing.whats(definition), column=narrowing.column_of(question)
    )
    source = f"analytics_tally t{beside}"
    measured, inside = _measured(question)
    rows = _rows(
        f"select {group}, {measured} from {source} where {where} group by 1",  # noqa: S608
        [*values, *inside, *named],
    )
    return {key: _figure(definition, row) for key, *row in rows}


_QUIET = """ and not exists (
    select 1 from analytics_tally o where o.what = 'created' and o.customer_id = t.customer_id
       and o.ticket_id <> t.ticket_id
       and o.at > t.at and o.at < t.at + make_interval(secs => %s))"""


def _measured(question: Question) -> tuple[str, list[Any]]:
    definition = question.definition
    if isinstance(definition, Share):
        more, limits = "", []
        if definition.most is not None:
            more, limits = " and t.value <= %s", [definition.most]
        if definition.quiet is not None:
            more, limits = more + _QUIET, [*limits, definition.quiet]
        sql = f"count(*) filter (where t.what = %s{more}), count(*) filter (where t.what = any(%s))"
        return sql, [definition.part, *limits, list(definition.whole)]
    if isinstance(definition, Count | Level):
        return "count(*)", []
    value = narrowing.value_of(question)
    return (
        f"count({value}), percentile_cont(array[0.5, 0.9]) within group (order by {value}), "
        f"avg({value})",
        [],
    )


def _figure(definition: Measure, row: Sequence[Any]) -> Figure:
    if isinstance(definition, Share):
        part, whole = row
        return Figure(part / whole if whole else None, whole, part=part)
    if isinstance(definition, Count | Level):
        return Figure(row[0], row[0])
    n, both, mean = row
    return Figure(both[0], n, p90=both[1], mean=mean) if n else NOTHING


def _levels(question: Question, days: list[date], zone: ZoneInfo) -> list[tuple[date, Figure]]:
    """As it was at each day's end, the last one's not after the period: what lasted when it began,
    and what came and went since."""
    before = replace(question, since=question.since - timedelta(days=1), until=question.since)
    level, moved = figure(before).n, dict.fromkeys(days, 0)
    whats = narrowing.whats(question.definition)
    for column, sign in (("at", 1), ("until", -1)):
        where, values = narrowing.tallies(question, whats, column=column)
        rows = _rows(
            f"select (t.{column} at time zone %s)::date, count(*) from analytics_tally t "  # noqa: S608
            f"where {where} group by 1",
            [zone.key, *values],
        )
        for day, n in rows:
            moved[day] += sign * n
    found = []
    for day in days:
        level += moved[day]
        found.append((day, Figure(level, level)))
    return found


def _rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
