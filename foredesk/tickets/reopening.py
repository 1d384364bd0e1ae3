"""A customer says that a solved ticket is not solved after all."""

from __future__ import annotations

from datetime import datetime

from foredesk.people.models import Customer
from foredesk.tickets import moving
from foredesk.tickets.conflicts import must_be_open
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Status, Ticket


def reopen(ticket: Ticket, *, by: Customer, at: datetime) -> Ticket:
    """Open a solved `ticket` again: it waits for an answer, as if the customer had written.

    One that is not solved stays as it is. Records StatusChanged and TicketReopened. Raises
    UnableToChange for closed and merged tickets.
    """
    with locked(ticket.pk) as row:
        must_be_open(row)
        if row.status != Status.SOLVED:
            return row
        row.activity_at = row.customer_wrote_at = at
        moving.move(row, Status.OPEN, by=by, at=at)
        row.waiting_since = at
        row.save(update_fields=["activity_at", "customer_wrote_at", *moving.FIELDS])
        return row
