"""Say better what a ticket is about."""

from datetime import datetime
from typing import Any

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.tickets import rights
from foredesk.tickets.conflicts import UNSEEN, UnableToChange, must_be, must_be_open
from foredesk.tickets.events import SubjectChanged
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Ticket
from foredesk.tickets.placing import place

LONGEST_SUBJECT = 250


def rename(
    ticket: Ticket, subject: str, *, by: Actor | Doer, at: datetime, seen: Any = UNSEEN
) -> Ticket:
    """Set the subject. Records SubjectChanged. Raises Conflict; UnableToChange when empty."""
    rights.must_work(by)
    subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    if not subject:
        raise UnableToChange("A ticket needs a subject.")
    with locked(ticket.pk) as row:
        must_be_open(row)
        must_be("subject", row.subject, seen=seen, wanted=subject)
        before = row.subject
        if before == subject:
            return row
        row.subject = subject
        row.save(update_fields=["subject"])
        recording.record(SubjectChanged(**place(row), before=before, after=subject), by=by, at=at)
        return row
