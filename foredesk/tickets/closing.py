"""Close a ticket: the work is over; a later reply opens a linked follow-up."""

from datetime import datetime

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.tickets import rights
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.events import StatusChanged, TicketClosed
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Delivery, Status, Ticket
from foredesk.tickets.placing import place


class UnableToClose(UnableToChange):
    """The ticket can't be closed yet; the message says what to wait for."""


def close(ticket: Ticket, *, by: Actor | Doer, at: datetime) -> Ticket:
    """Close `ticket` for good; closing a closed one changes nothing.

    Records TicketClosed. Raises UnableToClose while replies are still queued.
    """
    rights.must_work(by)
    with locked(ticket.pk) as row:
        if row.is_closed:
            return row
        if row.messages.filter(delivery__in=(Delivery.QUEUED, Delivery.SENDING)).exists():
            raise UnableToClose("A reply is still on its way. Try again when it has been sent.")
        before = row.status
        row.status, row.closed_at, row.snoozed_until, row.waiting_since = (
            Status.CLOSED,
            at,
            None,
            None,
        )
        row.save(update_fields=["status", "closed_at", "snoozed_until", "waiting_since"])
        recording.record(
            StatusChanged(**place(row), before=before, after=Status.CLOSED), by=by, at=at
        )
        recording.record(TicketClosed(**place(row), before=before), by=by, at=at)
        return row
