"""How much it matters: low, normal, high or urgent."""

from datetime import datetime
from typing import Any

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.tickets import rights
from foredesk.tickets.conflicts import UNSEEN, UnableToChange, must_be, must_be_open
from foredesk.tickets.events import PriorityChanged
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Priority, Ticket
from foredesk.tickets.placing import place


def prioritise(
    ticket: Ticket, priority: int, *, by: Actor | Doer, at: datetime, seen: Any = UNSEEN
) -> Ticket:
    """Set the priority (1 low to 4 urgent). Records PriorityChanged. Raises Conflict."""
    rights.must_work(by)
    if priority not in Priority.values:
        raise UnableToChange("A priority is low, normal, high or urgent.")
    with locked(ticket.pk) as row:
        must_be_open(row)
        must_be("priority", row.priority, seen=seen, wanted=priority)
        before = row.priority
        if before == priority:
            return row
        row.priority = priority
        row.save(update_fields=["priority"])
        recording.record(PriorityChanged(**place(row), before=before, after=priority), by=by, at=at)
        return row
