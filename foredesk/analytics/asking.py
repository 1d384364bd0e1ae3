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
from foredesk.people.permissions import NotAllowed, can_lead
from foredesk.people.refusing import Refused
from foredesk.tickets import visibility

ClockName = Literal["open", "calendar"]
FEW = 20
"""Of fewer than this, a median says little: screens show it in grey."""
NARROWED: dict[str, type] = {
    "team": int,
    "agent": int,
    "channel": str,
    "priority": int,
    "customer": int,
    "brand": int,
    "tag": str,
    "promise": str,
}
"""What a number can be narrowed to, and how that is named: None is none at all."""
LONGEST = timedelta(days=3660)
DIMENSIONS = (
    "channel", "team", "agent", "priority", "customer", "brand", "tag", "promise", "hour",
)  # fmt: skip
"""What a number can be broken down by."""
_COLUMNS = {
    "team": "t.team_id",
    "agent": "t.agent_id",
    "channel": "t.channel",
    "priority": "t.priority",
    "customer": "t.customer_id",
    "promise": "t.detail",
}


_TICKET = " join tickets_ticket k on k.id = t.ticket_id"
_OF_TICKETS = {"tag": f"{_TICKET}, unnest(k.tags) as tag", "brand": _TICKET}
"""What is asked of the ticket as it is now: tags and brands are put right later."""


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
    return _figures(question, group="1").get(1, _empty(question.definition))


def by_day(question: Question, zone: ZoneInfo) -> list[tuple[date, Figure]]:
    """A figure for each day of the period in `zone`; a level as it was at the day's end."""
    definition = question.definition
    _must_be_fit(question)
    days = list(days_of(question, zone))
    if isinstance(definition, Level):
        return _levels(question, days, zone)
    column = _column(question)
    found = _figures(question, f"(t.{column} at time zone %s)::date", [zone.key])
    return [(day, found.get(day, _empty(definition))) for day in days]


def by_week(question: Question, zone: ZoneInfo) -> list[tuple[date, Figure]]:
    """A figure for each week of the period by its Monday in `zone`; a level as at its end."""
    definition = question.definition
    _must_be_fit(question)
    days = list(days_of(question, zone))
    mondays = sorted({day - timedelta(days=day.weekday()) for day in days})
    if isinstance(definition, Level):
        ends = {
            day - timedelta(days=day.weekday()): figure
            for day, figure in _levels(question, days, zone)
        }
        return [(monday, ends[monday]) for monday in mondays]
    group = f"date_trunc('week', t.{_column(question)} at time zone %s)::date"
    found = _figures(question, group, [zone.key])
    return [(monday, found.get(monday, _empty(definition))) for monday in mondays]


def by_hour(question: Question, zone: ZoneInfo) -> dict[tuple[int, int], int]:
    """How many fell into each hour of the week: (weekday, Monday is 0, and hour) → number."""
    if isinstance(question.definition, Level):
        raise Refused("Open tickets can’t be told by the hour.")
    where, values = _where(question, whats(question.definition), column="at")
    rows = _rows(
        f"""select extract(isodow from l)::int - 1, extract(hour from l)::int, count(*)
            from (select t.at at time zone %s as l from analytics_tally t where {where}) as local
            group by 1, 2""",  # noqa: S608  (our own columns)
        [zone.key, *values],
    )
    return {(day, hour): n for day, hour, n in rows}


def by(question: Question, dimension: str) -> list[tuple[Any, Figure]]:
    """A figure for each team, channel and so on, the most first. Raises Refused, NotAllowed."""
    must_be_open(question, dimension=dimension)
    if dimension not in DIMENSIONS or dimension == "hour":
        raise Refused(f"Numbers can’t be broken down by “{dimension[:40]}”.")
    of_ticket = _OF_TICKETS.get(dimension, "")
    group = of_ticket and ("tag" if dimension == "tag" else "k.brand_id")
    found = _figures(question, group or _COLUMNS[dimension], beside=of_ticket)
    return sorted(found.items(), key=lambda one: (-one[1].n, str(one[0])))


def tickets(
    question: Question, *, limit: int = 50, offset: int = 0
) -> tuple[list[tuple[int, float | None, datetime]], int]:
    """The tickets behind a number: (ticket, value, when), the longest first, and how many in all.

    Of a share those of its whole, of a level those of the period's end. Raises Refused.
    """
    value = _value(question)
    where, values = behind(question)
    rows = _rows(
        f"""select t.ticket_id, {value}, t.at, count(*) over () from analytics_tally t
            where {where} order by {value} desc nulls last, t.at desc, t.id
            limit %s offset %s""",  # noqa: S608  (our own columns)
        [*values, limit, offset],
    )
    return [(pk, number, at) for pk, number, at, _ in rows], rows[0][3] if rows else 0


def must_be_open(question: Question, *, dimension: str = "") -> None:
    """Raises NotAllowed: figures of single persons are for leads and admins, one's own for all.

    Whoever gives answers that are kept asks this first.
    """
    viewer = question.viewer
    if viewer is None or can_lead(viewer):
        return
    others = [pk for name, pk in question.where if name == "agent" and pk not in (None, viewer.pk)]
    if others or dimension == "agent":
        raise NotAllowed("Figures of single persons are for leads and admins. Ask one of them.")


def _must_be_fit(question: Question) -> None:
    """Raises Refused for a period that can't be told, and for what nobody can be narrowed to."""
    must_be_open(question)
    if question.until <= question.since:
        raise Refused("The period ends before it begins.")
    if question.until - question.since > LONGEST:
        raise Refused("A period has ten years at most.")
    for name, wanted in question.where:
        kind = NARROWED.get(name)
        if kind is None:
            raise Refused(f"Numbers can’t be narrowed by “{name[:40]}”.")
        if wanted is not None and not (type(wanted) is kind and _is_fit(wanted)):
            raise Refused(f"There is no {name} “{str(wanted)[:40]}”.")


def _is_fit(wanted: Any) -> bool:
    return "\x00" not in wanted if isinstance(wanted, str) else abs(wanted) < 2**63


def behind(question: Question) -> tuple[str, list[Any]]:
    """Which tallies (t) a figure is made of, as SQL with its values. Raises Refused."""
    where, values = _where(question, whats(question.definition), column=_column(question))
    if isinstance(question.definition, Duration):
        where += f" and {_value(question)} is not null"
    return where, values


def days_of(question: Question, zone: ZoneInfo):
    """The days of the period in `zone`, in order."""
    day = question.since.astimezone(zone).date()
    last = (question.until - timedelta(microseconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _empty(definition: Measure) -> Figure:
    return Figure(0, 0) if isinstance(definition, Count | Level) else NOTHING


def whats(definition: Measure) -> list[str]:
    """What a figure is made of."""
    if isinstance(definition, Share):
        return sorted({definition.part, *definition.whole})
    assert isinstance(definition, Duration | Count | Level)
    return [definition.tallied]


def made_of(question: Question) -> tuple[list[str], datetime]:
    """What a figure is made of, and up to when: what comes after the period may change it."""
    found, definition = whats(question.definition), question.definition
    if isinstance(definition, Share) and definition.quiet:
        return sorted({*found, "created"}), question.until + timedelta(seconds=definition.quiet)
    return found, question.until


def is_cohort(question: Question) -> bool:
    """Whether it asks by the day of creation."""
    definition = question.definition
    return question.is_cohort or (isinstance(definition, Share) and definition.is_cohort)


def _column(question: Question) -> str:
    """The time that a period is about; "" for a level, which is of the period's end."""
    if isinstance(question.definition, Level):
        return ""
    return "made_at" if is_cohort(question) else "at"


def _value(question: Question) -> str:
    return "t.open_value" if question.clock == "open" else "t.value"


def _figures(
    question: Question, group: str, values: Sequence[Any] = (), *, beside: str = ""
) -> dict[Any, Figure]:
    """Figures by what `group` (SQL) gives, of tallies and what is joined `beside` them."""
    definition = question.definition
    where, named = _where(question, whats(definition), column=_column(question))
    source = f"analytics_tally t{beside}"
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
    if isinstance(definition, Count | Level):
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
    if isinstance(definition, Count | Level):
        return Figure(row[0], row[0])
    n, both, mean = row
    return Figure(both[0], n, p90=both[1], mean=mean) if n else NOTHING


def _where(question: Question, whats: Sequence[str], *, column: str) -> tuple[str, list[Any]]:
    """Without a column: what lasts at the period's end."""
    _must_be_fit(question)
    parts: list[str] = ["t.what = any(%s)"]
    values: list[Any] = [list(whats)]
    if column:
        parts += [f"t.{column} >= %s", f"t.{column} < %s"]
        values += [question.since, question.until]
    else:
        parts += ["t.at < %s", "t.until >= %s"]
        values += [question.until, question.until]
    for name, wanted in question.where:
        if name == "tag" and wanted is None:
            parts.append("t.ticket_id in (select id from tickets_ticket where tags = '{}')")
            continue
        if name == "brand" and wanted is None:
            parts.append("t.ticket_id not in (select id from tickets_ticket where brand_id > 0)")
            continue
        if name == "tag":
            parts.append("t.ticket_id in (select id from tickets_ticket where tags @> array[%s])")
        elif name == "brand":
            parts.append("t.ticket_id in (select id from tickets_ticket where brand_id = %s)")
        elif wanted is None:
            parts.append(f"{_COLUMNS[name]} is null")
            continue
        else:
            parts.append(f"{_COLUMNS[name]} = %s")
        values.append(wanted)
    if question.viewer is not None and not question.viewer.is_active:
        parts.append("false")
    elif question.viewer is not None and not sees_all(question.viewer):
        parts.append(
            "t.ticket_id in (select id from tickets_ticket "
            "where team_id = any(%s) or team_id is null or assignee_id = %s)"
        )
        values += [visibility.team_ids(question.viewer), question.viewer.pk]
    return " and ".join(parts), values


def sees_all(viewer: Agent) -> bool:
    """Whether they may see every ticket, as `visibility` says."""
    return viewer.role == Role.ADMIN or viewer.sees == Sees.EVERYTHING


def _levels(question: Question, days: list[date], zone: ZoneInfo) -> list[tuple[date, Figure]]:
    """As it was at each day's end, the last one's not after the period: what lasted when it began,
    and what came and went since."""
    before = replace(question, since=question.since - timedelta(days=1), until=question.since)
    level, moved = figure(before).n, dict.fromkeys(days, 0)
    for column, sign in (("at", 1), ("until", -1)):
        where, values = _where(question, whats(question.definition), column=column)
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
