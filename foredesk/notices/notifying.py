"""Put something under the bell of those whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from foredesk.logbook import recording
from foredesk.notices.models import Kind, Notice
from foredesk.people.models import Agent
from foredesk.realtime import presence
from foredesk.tickets import visibility
from foredesk.tickets.models import Ticket

WISHES = {
    Kind.ASSIGNED: "bell_on_assignment",
    Kind.WROTE: "bell_on_message",
    Kind.PROMISE: "bell_on_promise",
    Kind.RULE: "bell_on_rule",
    Kind.RATED: "bell_on_rating",
}
"""For each kind the agent's own switch."""
UNLESS_READING = (Kind.ASSIGNED, Kind.WROTE)
LONGEST = 300


def topic(agent_id: int) -> str:
    """What the bell of an agent listens to."""
    return f"notices-{agent_id}"


def notify(
    agents: Iterable[int], ticket: Ticket, *, kind: str, about: int, said: str, at: datetime
) -> int:
    """Tell these agents `said` of the ticket, once for each `kind` and `about`; returns how many
    were told.

    Left out are those who are gone, may not see the ticket or don't want such notices; of a new
    message or assignment also those who read the ticket now. Further messages on one ticket renew
    the notice that is still unread.
    """
    wish = WISHES[Kind(kind)]
    found = Agent.objects.filter(visibility.seers(ticket), pk__in=list(agents), is_active=True)
    wanted = set(found.filter(**{wish: True}).values_list("pk", flat=True))
    if wanted and kind in UNLESS_READING:
        here = presence.present_on([f"ticket-{ticket.pk}"], at=at)
        wanted -= {one.agent_id for one in here}
    if not wanted:
        return 0
    said = " ".join(said.split())[:LONGEST]
    with transaction.atomic():
        told = set(wanted)
        if kind == Kind.WROTE:
            told -= _renewed(wanted, ticket, said, at=at)
        rows = [
            Notice(agent_id=pk, ticket=ticket, kind=kind, said=said, key=f"{kind}:{about}", at=at)
            for pk in sorted(told)
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        recording.poke(tuple(topic(pk) for pk in wanted))
    return len(wanted)


def _renewed(wanted: set[int], ticket: Ticket, said: str, *, at: datetime) -> set[int]:
    """Whose unread notice of a message on this ticket now tells of the latest one."""
    unread = Notice.objects.filter(agent__in=wanted, ticket=ticket, kind=Kind.WROTE, read_at=None)
    held = set(unread.values_list("agent_id", flat=True))
    unread.update(said=said, at=at)
    return held
