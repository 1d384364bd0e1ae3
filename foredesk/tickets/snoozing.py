"""Put a ticket out of sight until a time; a customer's message brings it back earlier."""

from datetime import datetime, timedelta

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM, Actor, Doer
from foredesk.tickets import rights
from foredesk.tickets.conflicts import UnableToChange, must_be_open
from foredesk.tickets.events import TicketSnoozed, TicketWoken
from foredesk.tickets.locking import locked
from foredesk.tickets.models import LIVE, Status, Ticket
from foredesk.tickets.placing import place

LONGEST = timedelta(days=366)


def snooze(ticket: Ticket, *, until: datetime, by: Actor | Doer, at: datetime) -> Ticket:
    """Hide the ticket from the lists of work until `until`.

    Records TicketSnoozed; the same time again changes nothing. Raises UnableToChange for times in
    the past or beyond a year.
    """
    rights.must_work(by)
    if not at < until <= at + LONGEST:
        raise UnableToChange("Choose a time in the future, a year from now at most.")
    with locked(ticket.pk) as row:
        must_be_open(row)
        if row.status == Status.SOLVED:
            raise UnableToChange("A solved ticket has nothing to wait for. Reopen it first.")
        if row.snoozed_until == until:
            return row
        row.snoozed_until = until
        row.save(update_fields=["snoozed_until"])
        recording.record(TicketSnoozed(**place(row), until=until.isoformat()), by=by, at=at)
        return row


def wake(ticket: Ticket, *, by: Actor | Doer, at: datetime, reason: str = "asked") -> Ticket:
    """Bring a snoozed ticket back. Records TicketWoken; an awake ticket stays as it is.

    For the reason "time" only when its time has come: somebody may have snoozed it again.
    """
    rights.must_work(by)
    with locked(ticket.pk) as row:
        if row.snoozed_until is None or (reason == "time" and row.snoozed_until > at):
            return row
        row.snoozed_until = None
        row.save(update_fields=["snoozed_until"])
        recording.record(TicketWoken(**place(row), reason=reason), by=by, at=at)
        return row


def wake_due(*, at: datetime, limit: int = 500) -> int:
    """Wake the tickets whose time has come; returns how many."""
    due = list(Ticket.objects.filter(LIVE, snoozed_until__lte=at).order_by("snoozed_until")[:limit])
    for ticket in due:
        wake(ticket, by=SYSTEM, at=at, reason="time")
    return len(due)
