"""Move a ticket from whoever has it to somebody who is free."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.routing import gathering
from foredesk.routing.deciding import choose
from foredesk.routing.events import TicketRouted
from foredesk.routing.models import Turn, Way
from foredesk.tickets import assigning
from foredesk.tickets.models import Ticket
from foredesk.tickets.placing import place


def reassign(ticket: Ticket, *, by: Actor | Doer, at: datetime) -> str:
    """Give `ticket` to somebody else of its team who is online, has its skills and holds the least;
    returns the reason, or why nobody could take it, as a sentence.

    Records TicketAssigned and TicketRouted. Raises what assigning raises.
    """
    waiting = gathering.tickets_waiting([ticket.pk], at=at)
    others = [one for one in gathering.staff().of(ticket.team_id) if one.id != ticket.assignee_id]
    if not waiting or not others:
        return "Nobody else of the team is online."
    choice = choose(waiting[0], others, way=Way.LOAD, is_sticky=False)
    if choice.agent is None:
        return choice.reason
    with transaction.atomic():
        row = assigning.assign(ticket, choice.agent.agent, by=by, at=at, seen=ticket.assignee_id)
        fact = TicketRouted(**place(row), agent_id=choice.agent.id, reason=choice.reason)
        recording.record(fact, by=by, at=at)
        note_turn(choice.agent.id, at=at)
    return choice.reason


def note_turn(agent_id: int, *, at: datetime) -> None:
    """Note that the desk gave somebody a ticket."""
    Turn.objects.bulk_create(
        [Turn(agent_id=agent_id, at=at)],
        update_conflicts=True,
        unique_fields=["agent"],
        update_fields=["at"],
    )
