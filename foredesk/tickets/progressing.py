"""Set where the work stands: new, open, pending, on hold or solved."""

from datetime import datetime
from typing import Any

from foredesk.logbook.actors import Actor, Doer
from foredesk.tickets import moving, rights
from foredesk.tickets.conflicts import UNSEEN, UnableToChange, must_be, must_be_open
from foredesk.tickets.locking import locked
from foredesk.tickets.models import UNSOLVED, Status, Ticket

SETTABLE = (*UNSOLVED, Status.SOLVED)


def set_status(
    ticket: Ticket, status: str, *, by: Actor | Doer, at: datetime, seen: Any = UNSEEN
) -> Ticket:
    """Move `ticket` to `status`; closing has an ability of its own.

    Records StatusChanged, and TicketSolved or TicketReopened with it. Raises Conflict when the
    status is not the one that was `seen`, UnableToChange for closed or merged tickets.
    """
    rights.must_work(by)
    if status not in SETTABLE:
        raise UnableToChange(f"“{status}” is not a status to set. Choose {', '.join(SETTABLE)}.")
    with locked(ticket.pk) as row:
        must_be_open(row)
        must_be("status", row.status, seen=seen, wanted=status)
        if status == Status.NEW and row.status != Status.NEW:
            raise UnableToChange("A ticket that was worked on can't be new again. Set it to open.")
        moving.move(row, status, by=by, at=at)
        row.save(update_fields=moving.FIELDS)
        return row
