"""Automations: rules that act when time has passed.

A ticket becomes due in two ways. Time passes: then its moment lies between where the last look
ended and the edge that is due now, which an index finds. Or something happens to it: then it is
among the tickets of the latest entries. So each look reads only what can have become due.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from foredesk.automations import running, timing
from foredesk.automations.fields import TIME_FIELDS
from foredesk.automations.models import Rule, Run, RunState
from foredesk.automations.rulebook import Active, rulebook
from foredesk.logbook.models import Entry
from foredesk.tickets import importing
from foredesk.tickets.conditions.evaluating import evaluate, fits
from foredesk.tickets.conditions.pictures import Picture, pictures_of
from foredesk.tickets.locking import TicketGone, locked
from foredesk.tickets.models import Ticket

log = logging.getLogger(__name__)

AT_ONCE = 500
ROUNDS = 10
MOST_ENTRIES = 20_000
OVERLAP = timedelta(minutes=2)
"""Entries of transactions that end out of order are looked at again for so long."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def act_on_time(*, at: datetime) -> int:
    """Let every active automation act on the tickets that have become due; returns how many did.

    Each look is bounded; what is left comes with the next one.
    """
    return sum(_look(rule, at=at) for rule in rulebook().automations)


def _look(rule: Active, *, at: datetime) -> int:
    """Each part of the look is noted when it was acted on: what dies before is looked at again."""
    mark = Rule.objects.filter(pk=rule.pk, version=rule.version, is_active=True)
    row = mark.first()
    if row is None:
        return 0
    acted = 0
    for _ in range(ROUNDS):
        found = _passed(row, at=at)
        acted += act_on(rule, [pk for pk, _ in found], at=at)
        if found:
            row.swept_id, row.swept_to = found[-1]
            mark.update(swept_to=row.swept_to, swept_id=row.swept_id)
        if len(found) < AT_ONCE:
            break
    ids, heard_to = _changed(row, at=at)
    acted += act_on(rule, ids, at=at)
    if heard_to > row.heard_to:
        mark.update(heard_to=heard_to)
    return acted


def _passed(row: Rule, *, at: datetime) -> list[tuple[int, datetime]]:
    """The next tickets whose moment has passed the edge since the last look, by that moment."""
    column = timing.MOMENTS[row.when["since"]].column
    since = row.swept_to or BEGINNING
    beyond = Q(**{f"{column}__gt": since}) | Q(**{column: since}, id__gt=row.swept_id)
    return list(
        Ticket.objects.filter(timing.candidates(row.when, row.conditions, at=at))
        .filter(Q(**{f"{column}__gte": since}) & beyond)
        .order_by(column, "id")
        .values_list("id", column)[:AT_ONCE]
    )


def _changed(row: Rule, *, at: datetime) -> tuple[list[int], int]:
    """Tickets to which something happened since the last look, and up to which entry that is
    settled: of transactions that end out of order a later one may still come."""
    fresh = Entry.objects.filter(pk__gt=row.heard_to).order_by("pk")
    rows = list(fresh.values_list("pk", "at", "about_kind", "about_id")[:MOST_ENTRIES])
    ids = dict.fromkeys(pk for _, _, kind, pk in rows if kind == "ticket" and pk is not None)
    settled = [pk for pk, when, _, _ in rows if when < at - OVERLAP]
    if len(rows) == MOST_ENTRIES:
        settled = [pk for pk, *_ in rows]
    return list(ids), max(settled, default=0)


def act_on(rule: Active, ids: Iterable[int], *, at: datetime) -> int:
    """Let `rule` act on those of these tickets that are due, fit, and were not acted on for what
    they are due for; returns on how many."""
    wanted = list(ids)
    acted = 0
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        pictures = pictures_of(part, with_text=rule.needs_text)
        due = {pk: timing.due(rule.when, one, at=at) for pk, one in pictures.items()}
        elsewhere = importing.taken_over_at([pk for pk in due if due[pk]])
        for pk, taken_at in elsewhere.items():
            since = timing.since_of(rule.when, pictures[pk])
            if since is not None and since < taken_at:
                due[pk] = ""  # it happened on another desk
        known = set(
            Run.objects.filter(rule_id=rule.pk, ticket_id__in=[pk for pk in due if due[pk]])
            .values_list("ticket_id", "due")
            .iterator()
        )
        for pk, picture in pictures.items():
            if due[pk] and (pk, due[pk]) not in known and _fits(rule, picture, at=at):
                acted += _act(rule, pk, at=at)
    return acted


def _fits(rule: Active, picture: Picture, *, at: datetime) -> bool:
    return fits(rule.conditions, picture, at=at, fields=TIME_FIELDS)


def _act(rule: Active, ticket_id: int, *, at: datetime) -> bool:
    """Look once more at the locked ticket, then act."""
    try:
        with locked(ticket_id):
            picture = pictures_of([ticket_id], with_text=rule.needs_text).get(ticket_id)
            due = timing.due(rule.when, picture, at=at) if picture else ""
            if picture is None or not due:
                return False
            verdict = evaluate(rule.conditions, picture, at=at, fields=TIME_FIELDS)
            if not verdict.fits:
                return False
            because = running.grounds(verdict, picture, "automation")
            because.insert(0, _waited(rule, picture, at=at))
            run = running.run(rule, ticket_id, because=because, entry=None, due=due, at=at)
            return run is not None and run.state == RunState.DONE
    except TicketGone:
        return False


def _waited(rule: Active, picture: Picture, *, at: datetime) -> dict[str, str]:
    moment = timing.MOMENTS[rule.when["since"]]
    since = moment.read(picture)
    assert since is not None
    return {
        "said": f"{moment.words} was at least {timing.words(rule.when['hours'])} ago",
        "found": since.isoformat(timespec="minutes"),
    }


def begin_anew(rule: Rule) -> None:
    """From now on it looks at every ticket once: it was switched on or changed. Saves nothing."""
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first()
    rule.swept_to, rule.swept_id, rule.heard_to = None, 0, last or 0
