"""Write an internal note: for colleagues only, never sent."""

from datetime import datetime

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor
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
    by: Agent | Actor,
    at: datetime,
    body_html: str,
    body_text: str = "",
    draft_id: int | None = None,
) -> Message:
    """Add an internal note of an agent or a rule; it changes nothing else, also on closed tickets.

    Records NoteWritten. Raises NotAllowed, UnableToChange when empty.
    """
    if isinstance(by, Agent) and not can_note(by):
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
