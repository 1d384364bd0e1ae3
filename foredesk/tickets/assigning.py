"""Who does it: give a ticket to an agent, to a team, or to nobody."""

from datetime import datetime
from typing import Any

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.models import Agent, Role, Team
from foredesk.tickets import rights
from foredesk.tickets.conflicts import UNSEEN, UnableToChange, must_be, must_be_open
from foredesk.tickets.events import TeamChanged, TicketAssigned
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Ticket
from foredesk.tickets.placing import place


def assign(
    ticket: Ticket, to: Agent | None, *, by: Actor | Doer, at: datetime, seen: Any = UNSEEN
) -> Ticket:
    """Give the ticket to an agent, or to nobody. `seen` is the id of the assignee one looked at.

    Records TicketAssigned. Raises Conflict, and UnableToChange for people who can't take tickets.
    """
    rights.must_work(by)
    after = to.pk if to else None
    if to is not None and (not to.is_active or to.role == Role.LIGHT):
        raise UnableToChange(f"{to.name} can't take tickets. Choose somebody else.")
    with locked(ticket.pk) as row:
        must_be_open(row)
        must_be("assignee", row.assignee_id, seen=seen, wanted=after)
        before = row.assignee_id
        if before == after:
            return row
        row.assignee = to
        row.save(update_fields=["assignee"])
        recording.record(TicketAssigned(**place(row), before=before, after=after), by=by, at=at)
        return row


def hand_to(
    ticket: Ticket, team: Team | None, *, by: Actor | Doer, at: datetime, seen: Any = UNSEEN
) -> Ticket:
    """Give the ticket to a team; an assignee who is not in that team lets go of it.

    Records TeamChanged, and TicketAssigned when the assignee lets go. Raises Conflict.
    """
    rights.must_work(by)
    after = team.pk if team else None
    with locked(ticket.pk) as row:
        must_be_open(row)
        must_be("team", row.team_id, seen=seen, wanted=after)
        before, holder = row.team_id, row.assignee_id
        if before == after:
            return row
        row.team = team
        lets_go = (
            holder is not None and team is not None and not team.agents.filter(pk=holder).exists()
        )
        if lets_go:
            row.assignee = None
        row.save(update_fields=["team", "assignee"])
        recording.record(TeamChanged(**place(row), before=before, after=after), by=by, at=at)
        if lets_go:
            recording.record(TicketAssigned(**place(row), before=holder, after=None), by=by, at=at)
        return row
