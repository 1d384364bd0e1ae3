"""Write an internal note: for colleagues only, never sent."""

from datetime import datetime

from foredesk.logbook import recording
from foredesk.people.models import Agent
from foredesk.people.permissions import NotAllowed, can_note
from foredesk.tickets import writing
from foredesk.tickets.events import NoteWritten
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Message, Ticket
from foredesk.tickets.placing import place


def note(
    ticket: Ticket,
    *,
    by: Agent,
    at: datetime,
    body_html: str,
    body_text: str = "",
    draft_id: int | None = None,
) -> Message:
    """Add an internal note; it changes nothing else, also on closed tickets.

    Records NoteWritten. Raises NotAllowed, UnableToChange when empty.
    """
    if not can_note(by):
        raise NotAllowed("Your account is not active.")
    with locked(ticket.pk) as row:
        message = writing.write(
            row,
            by=by,
            at=at,
            body_html=body_html,
            body_text=body_text,
            is_public=False,
            draft_id=draft_id,
            channel="note",
        )
        recording.record(NoteWritten(**place(row), message_id=message.pk), by=by, at=at)
        return message
