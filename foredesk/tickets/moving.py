"""Move a ticket from one status to another, with the times and facts that go with it.

For abilities of this room; the row is locked by the caller.
"""

from datetime import datetime

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.tickets.events import StatusChanged, TicketReopened, TicketSolved
from foredesk.tickets.models import UNSOLVED, Status, Ticket
from foredesk.tickets.placing import place


def move(ticket: Ticket, status: str, *, by: Actor | Doer, at: datetime) -> None:
    """Set the status in memory and record what it means; the caller saves `FIELDS`.

    Solving keeps the time of solving and ends the wait; leaving solved records TicketReopened.
    Moving anywhere wakes a snoozed ticket.
    """
    before = ticket.status
    if before == status:
        return
    was_solved_before = ticket.solved_at is not None
    ticket.status, ticket.snoozed_until = status, None
    recording.record(StatusChanged(**place(ticket), before=before, after=status), by=by, at=at)
    if status == Status.SOLVED:
        ticket.solved_at, ticket.waiting_since = at, None
        recording.record(
            TicketSolved(**place(ticket), before=before, is_first=not was_solved_before),
            by=by,
            at=at,
        )
    elif before == Status.SOLVED and status in UNSOLVED:
        recording.record(TicketReopened(**place(ticket), before=before), by=by, at=at)


FIELDS = ("status", "solved_at", "waiting_since", "snoozed_until")
