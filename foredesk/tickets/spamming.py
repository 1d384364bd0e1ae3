"""Spam: out of every list at once, and back with everything it had."""

from datetime import datetime

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.tickets import rights
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.events import MarkedAsSpam, RestoredFromSpam
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Ticket
from foredesk.tickets.placing import place


def mark_as_spam(ticket: Ticket, *, by: Actor | Doer, at: datetime, reason: str = "") -> Ticket:
    """Take the ticket out of all lists but Spam; `reason` is the filter's. Records MarkedAsSpam."""
    rights.must_work(by)
    with locked(ticket.pk) as row:
        if row.merged_into_id:
            raise UnableToChange(f"This ticket was merged into #{row.merged_into_id}. Work there.")
        if row.is_spam:
            return row
        row.spam_at = at
        row.save(update_fields=["spam_at"])
        recording.record(MarkedAsSpam(**place(row), reason=reason), by=by, at=at)
        return row


def restore_from_spam(ticket: Ticket, *, by: Actor | Doer, at: datetime) -> Ticket:
    """Bring the ticket back as it was. Records RestoredFromSpam."""
    rights.must_work(by)
    with locked(ticket.pk) as row:
        if not row.is_spam:
            return row
        row.spam_at = None
        row.save(update_fields=["spam_at"])
        recording.record(RestoredFromSpam(**place(row)), by=by, at=at)
        return row
