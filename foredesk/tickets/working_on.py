"""How long somebody really works on a ticket: told by their page every few seconds.

Told seconds are believed up to the time that has passed since the visit began, so nobody can have
worked longer than there was time. One fact for each visit, or for five minutes of a long one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from foredesk.logbook import recording
from foredesk.people.models import Agent
from foredesk.tickets.events import TicketWorkedOn
from foredesk.tickets.models import Ticket, Visit
from foredesk.tickets.placing import place

TOLD = timedelta(minutes=5)
SILENT = timedelta(minutes=2)
"""Who says nothing for so long has left."""

_BEAT = """
    insert into tickets_visit as v (ticket_id, agent_id, began_at, heard_at, seconds)
    values (%(ticket)s, %(agent)s, %(at)s, %(at)s, 0)
    on conflict (ticket_id, agent_id) do update set heard_at = greatest(v.heard_at, %(at)s),
      seconds = least(v.seconds + %(told)s, greatest(0, extract(epoch from %(at)s - v.began_at)))
    returning began_at, seconds
"""


def work(ticket: Ticket, *, seconds: int, is_over: bool = False, by: Agent, at: datetime) -> None:
    """Note that `by` worked on `ticket` for so long since they last told; a first word only begins.

    Records TicketWorkedOn when the visit `is_over`, and every five minutes of it.
    """
    with transaction.atomic():
        values: dict[str, Any] = {
            "ticket": ticket.pk,
            "agent": by.pk,
            "told": max(0, seconds),
            "at": at,
        }
        with connection.cursor() as cursor:
            cursor.execute(_BEAT, values)
            began_at, _ = cursor.fetchone()
        if is_over or at - began_at >= TOLD:
            _end([Visit.objects.select_for_update().get(ticket=ticket, agent=by)], at=at)
            if not is_over:
                Visit.objects.create(ticket=ticket, agent=by, began_at=at, heard_at=at)


def end_silent(*, at: datetime) -> int:
    """End the visits of those who left without a word; returns how many."""
    with transaction.atomic():
        found = Visit.objects.select_for_update(of=("self",), skip_locked=True)
        rows = list(found.filter(heard_at__lt=at - SILENT).select_related("ticket", "agent")[:200])
        _end(rows, at=None)
        return len(rows)


def _end(rows: list[Visit], *, at: datetime | None) -> None:
    for row in rows:
        seconds = round(row.seconds)
        if seconds > 0:
            fact = TicketWorkedOn(**place(row.ticket), seconds=seconds)
            recording.record(fact, by=row.agent, at=at or row.heard_at)
        row.delete()
