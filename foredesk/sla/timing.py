"""Bring the clocks of tickets up to what happened; nothing else changes them.

Everything is worked out anew from the facts, so it may run at any time, twice, and in any order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM, Actor
from foredesk.logbook.facts import Fact
from foredesk.plumbing import prepared
from foredesk.sla import clockwork, covering, measuring, storing, timelines
from foredesk.sla.clockwork import Course
from foredesk.sla.events import PolicyApplied, PromiseAtRisk, PromiseBroken, PromiseKept
from foredesk.sla.measuring import Reading
from foredesk.sla.models import Clock, Cover
from foredesk.sla.standards import Standard, Standards, standards
from foredesk.tickets import falling_due, recalling
from foredesk.tickets.conditions import pictures
from foredesk.tickets.falling_due import Due
from foredesk.tickets.models import Ticket
from foredesk.tickets.placing import place

_Key = tuple[str, datetime]


@dataclass
class _Work:
    """What is to be written for the tickets of one call."""

    at: datetime
    known: Standards
    new: list[Clock] = field(default_factory=list)
    changed: list[Clock] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    uncovered: list[int] = field(default_factory=list)
    dues: dict[int, Due | None] = field(default_factory=dict)
    facts: list[tuple[Clock, type, datetime, dict[str, Any]]] = field(default_factory=list)
    moved: list[tuple[Ticket, Cover, int | None]] = field(default_factory=list)


def retime(ticket_ids: Iterable[int], *, at: datetime, by: Actor = SYSTEM) -> int:
    """Choose the policy of each ticket and work out its clocks; returns how many tickets changed.

    Records PolicyApplied when a ticket comes under another policy, PromiseAtRisk for the latest
    escalation that became due, PromiseBroken and PromiseKept, each once. What is over keeps the
    target that it had.
    """
    with transaction.atomic(savepoint=False):
        rows, work = _work_out(ticket_ids, at=at)
        if work is None:
            return 0
        changed = _write(work)
        for fact, when in _facts(rows, work):
            recording.record(fact, by=by, at=when)
        if work.dues:
            recording.poke(tuple(topic for pk in work.dues for topic in _topics(rows[pk])))
        return changed


def retime_quietly(ticket_ids: Iterable[int], *, at: datetime) -> list[tuple[Fact, datetime]]:
    """The same for tickets whose past is written down at once; returns the facts instead of
    recording them. In the caller's transaction."""
    rows, work = _work_out(ticket_ids, at=at)
    if work is None:
        return []
    _write(work)
    return list(_facts(rows, work))


def _work_out(ticket_ids: Iterable[int], *, at: datetime) -> tuple[dict[int, Ticket], _Work | None]:
    known = standards()
    rows = _locked(ticket_ids)
    if not rows or (not known.policies and not _have_clocks(rows)):
        return rows, None
    work = _Work(at, known)
    seen = pictures.pictures_of(rows, with_text=known.needs_text)
    told = _moments_of(list(rows))
    clocks, covers = _stored(rows)
    for pk, row in rows.items():
        _look_at(row, seen[pk], told[pk], clocks[pk], covers.get(pk), work)
    return rows, work


def _locked(ticket_ids: Iterable[int]) -> dict[int, Ticket]:
    """The tickets by number, locked in the order of their numbers."""
    return {row.pk: row for row in prepared.rows(_tickets, ticket_ids)}


def _tickets(ids: Any) -> QuerySet[Ticket]:
    return Ticket.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")


def _have_clocks(rows: Iterable[int]) -> bool:
    return Clock.objects.filter(ticket_id__in=list(rows)).exists()


def _moments_of(ids: list[int]) -> dict[int, list[timelines.Moment]]:
    """The moments of each ticket by number, with what was said in the tickets that it absorbed."""
    told = recalling.recall(ids, kinds=timelines.RELEVANT)
    return {pk: timelines.moments(entries, ticket_id=pk) for pk, entries in told.items()}


def _stored(
    rows: Iterable[int],
) -> tuple[dict[int, dict[_Key, Clock]], dict[int, Cover]]:
    clocks: dict[int, dict[_Key, Clock]] = defaultdict(dict)
    for clock in prepared.rows(_of_tickets, rows, Clock):
        clocks[clock.ticket_id][clock.metric, clock.started_at] = clock
    return clocks, {cover.ticket_id: cover for cover in prepared.rows(_of_tickets, rows, Cover)}


def _of_tickets(ids: Any, model: type[Model]) -> QuerySet[Any]:
    return model._default_manager.filter(ticket_id__in=ids)


def _look_at(
    row: Ticket,
    picture: Any,
    moments: list[timelines.Moment],
    stored: dict[_Key, Clock],
    cover: Cover | None,
    work: _Work,
) -> None:
    policy, because = covering.cover(picture, work.known.policies, at=work.at)
    _cover(row, policy, because, cover, work)
    found = clockwork.courses(moments, pauses=policy.pauses if policy else ())
    readings = []
    for course in found:
        clock = stored.pop((course.metric, course.started_at), None)
        reading = _follow(row, course, clock, policy, work)
        if reading is not None and not course.is_over:
            readings.append((course, reading))
    for clock in stored.values():
        _call_off(clock, work)
    due = measuring.nearest(readings, policy=policy.name if policy else "")
    due = None if row.is_spam else due
    if _differs(row, due):
        work.dues[row.pk] = due


def _differs(row: Ticket, due: Due | None) -> bool:
    return (row.due_at, row.due) != ((due.at, due.stored()) if due else (None, None))


def _cover(
    row: Ticket,
    policy: Standard | None,
    because: tuple[dict[str, Any], ...],
    cover: Cover | None,
    work: _Work,
) -> None:
    before = cover.policy_id if cover is not None else None
    after = policy.id if policy is not None else None
    if before == after:
        return
    if policy is None:
        work.uncovered.append(row.pk)
    else:
        work.covers.append(
            Cover(ticket=row, policy_id=policy.id, because=list(because), since=work.at)
        )
    if cover is not None:
        work.moved.append((row, cover, after))


def _follow(
    row: Ticket, course: Course, clock: Clock | None, policy: Standard | None, work: _Work
) -> Reading | None:
    """Bring one clock up to its course; its reading, None when nothing is promised."""
    if clock is not None and course.is_over and clock.ended_at == course.ended_at:
        return None
    target = policy.target(course.metric, row.priority) if policy else None
    if policy is None or target is None:
        if clock is not None:
            _call_off(clock, work)
        return None
    if clock is None and course.ended_at is not None and course.ended_at < policy.changed_at:
        return None
    reading = measuring.measure(course, target, policy.hours, work.known.levels, at=work.at)
    if clock is None:
        clock = Clock(ticket=row, metric=course.metric, started_at=course.started_at)
    _set(clock, course, reading, policy, work)
    return reading


def _set(clock: Clock, course: Course, reading: Reading, policy: Standard, work: _Work) -> None:
    was_late, level = clock.breached_at is not None, clock.level
    passed = reading.passed(course.ended_at or work.at)
    wanted = {
        "policy_id": policy.id,
        "policy_name": policy.name,
        "schedule_id": policy.schedule_id,
        "target": reading.target,
        "state": course.state,
        "ended_at": course.ended_at,
        "due_at": reading.due_at,
        "breached_at": reading.breached_at,
        "counted": reading.counted,
        "alarm_at": None if course.is_over else reading.next_alarm(work.at),
        "level": passed,
        "events": [
            [kind, at.isoformat()]
            for kind, at in clockwork.events(course, breached_at=reading.breached_at)
        ],
    }
    if clock.pk is not None and all(getattr(clock, name) == new for name, new in wanted.items()):
        return
    for name, new in wanted.items():
        setattr(clock, name, new)
    (work.changed if clock.pk else work.new).append(clock)
    _tell(clock, course, reading, policy, work, was_late=was_late, level=level)


def _tell(
    clock: Clock,
    course: Course,
    reading: Reading,
    policy: Standard,
    work: _Work,
    *,
    was_late: bool,
    level: int,
) -> None:
    """Facts of what became true since, each with its own time; what was late before its policy
    changed is no news."""
    if reading.breached_at and not was_late and reading.breached_at >= policy.changed_at:
        work.facts.append((clock, PromiseBroken, reading.breached_at, {}))
    if course.ended_at and course.state == clockwork.FULFILLED and not reading.breached_at:
        work.facts.append((clock, PromiseKept, course.ended_at, {}))
    if course.is_over or clock.level <= level:
        return
    latest = reading.alarms[clock.level - 1]
    if latest is not None and latest >= policy.changed_at:
        left = work.known.levels[clock.level - 1]
        work.facts.append((clock, PromiseAtRisk, latest, {"left": left}))


def _call_off(clock: Clock, work: _Work) -> None:
    """Nothing is promised any more, or it never happened; what was over stays as it was."""
    if clock.ended_at is not None:
        return
    clock.state, clock.ended_at, clock.alarm_at = clockwork.CANCELLED, work.at, None
    clock.events = [*clock.events, ["cancel", work.at.isoformat()]]
    work.changed.append(clock)


def _write(work: _Work) -> int:
    storing.store_clocks(work.new, work.changed)
    storing.store_covers(work.covers, gone=work.uncovered)
    falling_due.fall_due(work.dues)
    return len({clock.ticket_id for clock in (*work.new, *work.changed)} | set(work.dues))


def _topics(row: Ticket) -> tuple[str, ...]:
    mine = (f"agent-{row.assignee_id}",) if row.assignee_id else ()
    return (f"ticket-{row.pk}", f"team-{row.team_id or 0}", *mine)


def _facts(rows: dict[int, Ticket], work: _Work) -> Iterator[tuple[Fact, datetime]]:
    """What became true, in the order of time."""
    for row, cover, after in work.moved:
        since = cover.since.isoformat()
        fact = PolicyApplied(**place(row), before=cover.policy_id, after=after, since=since)
        yield fact, work.at
    for clock, kind, at, more in sorted(work.facts, key=lambda one: one[2]):
        yield (
            kind(
                **place(rows[clock.ticket_id]),
                metric=clock.metric,
                policy_id=clock.policy_id,
                clock_id=clock.pk,
                due_at=clock.due_at.isoformat() if clock.due_at else "",
                **more,
            ),
            at,
        )
