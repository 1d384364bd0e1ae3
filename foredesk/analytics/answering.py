"""Answers that are kept: a page reads all it needs in one statement, the work was done before.

A question that somebody asked stays for a day with its answer. Counting marks the answers that it
made untrue, and the worker works out again those that were asked for in the last ten minutes. So
ask about whole days: “up to now” is another question every time.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from foredesk.analytics import asking, narrowing
from foredesk.analytics.models import Answer
from foredesk.analytics.questions import Figure, Question
from foredesk.people.models import Agent
from foredesk.people.queries import agent as agent_of
from foredesk.plumbing.clock import now
from foredesk.tickets import visibility

Asked = tuple[Any, ...]
"""("figure", question), ("by_day", question, zone), ("by_week", question, zone), ("by_hour",
question, zone) or ("by", question, dimension)."""
PATIENCE = timedelta(seconds=60)
"""So long an answer that is no longer true may be shown: the worker is about to work it out."""
OLDEST = timedelta(minutes=15)
"""Then it is worked out again, whatever was counted: tickets are deleted without a fact."""
CALM = timedelta(seconds=20)
"""The worker works an answer out no more often, so that a busy desk has time for its tickets."""
WANTED = timedelta(minutes=10)
REMEMBERED = timedelta(days=1)
TOGETHER = 200  # answers that the worker works out again at most after a step


@dataclass(frozen=True)
class Answered:
    """What `asking` says: a Figure, or a series or breakdown of them. `at`: it holds as of then."""

    value: Any
    at: datetime


def answers(asked: Sequence[Asked], *, at: datetime) -> list[Answered]:
    """The answers in the order of the questions: kept ones, else worked out here and kept.

    Each kind takes and gives what the function of its name in `asking` does. Raises Refused,
    NotAllowed.
    """
    for kind, question, *more in asked:
        narrowing.must_be_open(question, dimension=more[0] if kind == "by" else "")
    keys = [_key(one) for one in asked]
    kept, changes, counted_at = _kept(keys)
    found: dict[str, Answered] = {}
    for key, one in zip(keys, asked, strict=True):
        if key in found:
            continue
        row = kept.get(key)
        if row is not None and _is_good(row, one[1], at):
            is_true = row.stale_at is None and counted_at is not None
            since = max(row.at, counted_at) if is_true and counted_at else row.at
            found[key] = Answered(_KINDS[one[0]].read(row.answer), since)
            continue
        value = _work_out(one)
        _keep(key, one, value, changes, at)
        found[key] = Answered(value, counted_at or at)
    _remember([key for key, row in kept.items() if row.asked_at < at - PATIENCE], at)
    return [found[key] for key in keys]


def exactly(asked: Sequence[Asked], *, at: datetime) -> list[Any]:
    """The values of `answers` for what leaves the desk: kept ones only for those who see all.

    What others see can change without a fact that counting hears of, so they are asked for now.
    Raises Refused, NotAllowed.
    """
    if any(_eyes(question.viewer) for _kind, question, *_more in asked):
        return [_work_out(one) for one in asked]
    return [one.value for one in answers(asked, at=at)]


def refresh(*, at: datetime, seconds: float = 10) -> int:
    """Work out again what is no longer true and was asked for of late; returns how many."""
    until, done = time.monotonic() + seconds, 0
    stale = Answer.objects.filter(
        stale_at__isnull=False, asked_at__gt=at - WANTED, at__lt=at - CALM
    )
    for row in stale.order_by("stale_at")[:TOGETHER]:
        _, changes, _ = _kept([])
        one = _restored(row)
        if one is None:
            row.delete()
            continue
        _keep(row.key, one, _work_out(one), changes, now(), asked_at=row.asked_at)
        done += 1
        if time.monotonic() > until:
            break
    return done


def forget_old(*, at: datetime) -> int:
    """Remove answers that nobody asked for since yesterday; returns how many."""
    return Answer.objects.filter(asked_at__lt=at - REMEMBERED).delete()[0]


@dataclass(frozen=True)
class _Kind:
    work_out: Callable[..., Any]
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _figure(written: Sequence[Any]) -> Figure:
    return Figure(*written)


def _days_written(found: Sequence[tuple[date, Figure]]) -> list[list[Any]]:
    return [[day.isoformat(), *astuple(figure)] for day, figure in found]


def _days_read(rows: Sequence[Sequence[Any]]) -> list[tuple[date, Figure]]:
    return [(date.fromisoformat(day), _figure(rest)) for day, *rest in rows]


_KINDS: dict[str, _Kind] = {
    "figure": _Kind(asking.figure, astuple, _figure),
    "by_day": _Kind(asking.by_day, _days_written, _days_read),
    "by_week": _Kind(asking.by_week, _days_written, _days_read),
    "by": _Kind(
        asking.by,
        lambda found: [[key, *astuple(figure)] for key, figure in found],
        lambda rows: [(key, _figure(rest)) for key, *rest in rows],
    ),
    "by_hour": _Kind(
        asking.by_hour,
        lambda found: [[*slot, n] for slot, n in found.items()],
        lambda rows: {(day, hour): n for day, hour, n in rows},
    ),
}


def _work_out(one: Asked) -> Any:
    kind, question, *more = one
    return _KINDS[kind].work_out(question, *more)


def _eyes(viewer: Agent | None) -> list[Any]:
    """What decides which tickets somebody sees; [] sees all."""
    if viewer is None or (viewer.is_active and narrowing.sees_all(viewer)):
        return []
    return [viewer.pk, viewer.is_active, *visibility.team_ids(viewer)]


def _told(one: Asked) -> list[Any]:
    """The question as JSON."""
    kind, question, *more = one
    return [
        kind,
        question.measure,
        question.since.isoformat(),
        question.until.isoformat(),
        question.clock,
        question.is_cohort,
        [list(pair) for pair in question.where],
        [one.key if isinstance(one, ZoneInfo) else one for one in more],
        _eyes(question.viewer),
    ]


def _key(one: Asked) -> str:
    return hashlib.sha256(json.dumps(_told(one)).encode()).hexdigest()


def _restored(row: Answer) -> Asked | None:
    """The question of an answer; None when its viewer sees other tickets by now."""
    kind, measure, since, until, clock, is_cohort, where, more, eyes = row.question
    viewer = agent_of(eyes[0]) if eyes else None
    if _eyes(viewer) != eyes:
        return None
    period = datetime.fromisoformat(since), datetime.fromisoformat(until)
    narrowed = tuple((name, value) for name, value in where)
    question = Question(measure, *period, clock, is_cohort, narrowed, viewer)
    if kind in ("by_day", "by_week", "by_hour"):
        more = [ZoneInfo(name) for name in more]
    return kind, question, *more


def _is_good(row: Answer, question: Question, at: datetime) -> bool:
    if row.at < at - OLDEST:
        return False
    if _eyes(question.viewer):  # tickets come into sight and go without a change of numbers
        return row.at >= at - PATIENCE
    return row.stale_at is None or row.stale_at >= at - PATIENCE


def _kept(keys: list[str]) -> tuple[dict[str, Answer], int | None, datetime | None]:
    """Answers by key, how often numbers changed so far, and when it was last counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select a.key, a.answer::text, a.at, a.stale_at, a.asked_at, s.changes, s.counted_at
               from (select 1) as one
               left join analytics_standing s on s.id = 1
               left join analytics_answer a on a.key = any(%s::text[])""",
            [keys],
        )
        rows = cursor.fetchall()
    found = {
        key: Answer(key=key, answer=json.loads(answer), at=at, stale_at=stale, asked_at=asked)
        for key, answer, at, stale, asked, _, _ in rows
        if key is not None
    }
    return found, rows[0][5], rows[0][6]


def _keep(
    key: str,
    one: Asked,
    value: Any,
    changes: int | None,
    at: datetime,
    *,
    asked_at: datetime | None = None,
) -> None:
    """Keep an answer; when something is being counted just now, or was since, it is no longer
    true from the start."""
    kind, question, *_ = one
    whats, until = narrowing.made_of(question)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with quiet as (
              select changes from analytics_standing where id = 1 for share skip locked)
            insert into analytics_answer
              (key, question, answer, whats, since, until, is_cohort, at, asked_at, stale_at)
            select %(key)s, %(question)s::jsonb, %(answer)s::jsonb, %(whats)s::text[],
              %(since)s::timestamptz, %(until)s::timestamptz, %(is_cohort)s::bool,
              %(at)s::timestamptz, %(asked_at)s::timestamptz,
              case when (select changes from quiet) is not distinct from %(changes)s::bigint
                then null else %(at)s::timestamptz end
            on conflict (key) do update set answer = excluded.answer, at = excluded.at,
              asked_at = excluded.asked_at, stale_at = excluded.stale_at
            """,
            {
                "key": key,
                "question": json.dumps(_told(one)),
                "answer": json.dumps(_KINDS[kind].write(value)),
                "whats": whats,
                "since": question.since,
                "until": until,
                "is_cohort": narrowing.is_cohort(question),
                "at": at,
                "asked_at": asked_at or at,
                "changes": changes,
            },
        )


def _remember(keys: list[str], at: datetime) -> None:
    if keys:
        Answer.objects.filter(key__in=keys).update(asked_at=at)
