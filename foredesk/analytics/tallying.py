"""Tally tickets: the one writer of what is counted.

A ticket is tallied anew from all its facts, so late and repeated facts do no harm, and tallying
everything again gives the same numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from foredesk.analytics import outdating
from foredesk.analytics.calendars import Calendars
from foredesk.analytics.defining import Clock, Row
from foredesk.analytics.histories import KINDS, History, history
from foredesk.analytics.measures import MEASURES
from foredesk.analytics.models import Standing, Tally
from foredesk.plumbing import copying
from foredesk.plumbing.clock import now
from foredesk.sla.models import Cover
from foredesk.tickets import recalling
from foredesk.tickets.models import Ticket

TOPICS = ("numbers",)
"""What live screens of numbers hear."""
_FIELDS = (
    "what",
    "detail",
    "at",
    "made_at",
    "value",
    "open_value",
    "until",
    "channel",
    "team_id",
    "agent_id",
    "customer_id",
    "priority",
)


def standing() -> Standing:
    """How far it was counted, locked. In the caller's transaction."""
    Standing.objects.bulk_create([Standing(id=1)], ignore_conflicts=True)
    return Standing.objects.select_for_update().get(pk=1)


def tally(ids: Sequence[int], *, known: Calendars) -> int:
    """Count these tickets anew from all their facts; returns how many tallies changed.

    In the caller's transaction. Tickets that went meanwhile are left out.
    """
    if not ids:
        return 0
    tickets = dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "priority"))
    covers = Cover.objects.in_bulk(sorted(tickets))
    told = recalling.recall(sorted(tickets), kinds=tuple(KINDS))
    stored: dict[int, dict[tuple[Any, ...], list[Tally]]] = defaultdict(lambda: defaultdict(list))
    for row in Tally.objects.filter(ticket_id__in=ids):
        stored[row.ticket_id][tuple(getattr(row, name) for name in _FIELDS)].append(row)
    clock = Clock(known.hours)
    new: list[Tally] = []
    for number, priority in tickets.items():
        cover = covers.get(number)
        course = history(
            number,
            told[number],
            priority=priority,
            policy_id=cover.policy_id if cover else None,
            since=cover.since if cover else None,
        )
        wanted = Counter(_values(course, row) for row in tallied(course, clock)) if course else {}
        for values, times in wanted.items():
            have = stored[number][values]
            for _ in range(times):
                if have:
                    have.pop()
                else:
                    new.append(Tally(ticket_id=number, **dict(zip(_FIELDS, values, strict=True))))
    gone = [row for rows in stored.values() for group in rows.values() for row in group]
    if gone:
        Tally.objects.filter(pk__in=[row.pk for row in gone]).delete()
    if new:
        for pk, row in zip(copying.take_ids(Tally, len(new)), new, strict=True):
            row.pk = pk
        copying.copy(Tally, new)
    outdating.outdate([*gone, *new], at=now())
    return len(gone) + len(new)


def tallied(course: History, clock: Clock) -> Iterator[Row]:
    """All that is tallied of a ticket; nothing of what does not count."""
    if not course.is_counted:
        return
    for measure in MEASURES.values():
        if measure.rows is not None:
            yield from measure.rows(course, clock)


def _values(course: History, row: Row) -> tuple[Any, ...]:
    """A tally's columns, in the order of _FIELDS."""
    step = row.step
    agent = step.by_id if step.is_by_agent else step.assignee_id
    return (
        row.what,
        row.detail,
        step.at,
        course.opened.at,
        row.value,
        row.open_value,
        row.until,
        course.channel,
        step.team_id,
        agent,
        course.customer_id,
        step.priority,
    )
