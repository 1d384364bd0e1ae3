"""A mail of ours came back: the message says so, and the ticket comes back to those who work."""

from __future__ import annotations

from datetime import datetime

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.tickets import moving, writing
from foredesk.tickets.events import MailReported, ReplyBounced
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Delivery, Message, Status, Ticket
from foredesk.tickets.placing import place


def bounce(
    message: Message,
    *,
    address: str,
    reason: str,
    is_whole: bool,
    envelope_id: int | None,
    at: datetime,
) -> Message:
    """`message` did not arrive at `address`, for the reason in plain words.

    `is_whole`: nobody got it, so its delivery becomes failed. The ticket is open again, unless it
    is closed, and waits for somebody to try another way. Returns the line in the thread that says
    so. Records ReplyBounced.
    """
    with locked(message.ticket_id) as ticket:
        row = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if is_whole and row.delivery in (Delivery.SENT, Delivery.UNKNOWN):
            row.delivery, row.delivery_note = Delivery.FAILED, f"It came back: {reason}"
            row.save(update_fields=["delivery", "delivery_note"])
        told = _tell(ticket, f"Mail to {address} came back: {reason}", envelope_id, at=at)
        if row.author_kind == "agent":
            _bring_back(ticket, at=at)
        fact = ReplyBounced(**place(ticket), message_id=row.pk, address=address, reason=reason)
        recording.record(fact, by=SYSTEM, at=at)
        return told


def note(ticket_id: int, *, text: str, envelope_id: int | None, at: datetime) -> Message:
    """A line in the thread about what a machine reported; nothing else changes, but the ticket is
    unread. Records MailReported."""
    with locked(ticket_id) as ticket:
        told = _tell(ticket, text, envelope_id, at=at)
        recording.record(MailReported(**place(ticket), message_id=told.pk), by=SYSTEM, at=at)
        return told


def _tell(ticket: Ticket, text: str, envelope_id: int | None, *, at: datetime) -> Message:
    ticket.activity_at = at
    ticket.save(update_fields=["activity_at"])
    return Message.objects.create(
        ticket=ticket,
        author_kind="system",
        author_name="Foredesk",
        is_public=False,
        is_automatic=True,
        channel=ticket.channel,
        body_text=text,
        body_html=writing.paragraphs(text),
        envelope_id=envelope_id,
        at=at,
    )


def _bring_back(ticket: Ticket, *, at: datetime) -> None:
    if ticket.is_closed:
        return
    ticket.snoozed_until = None
    if ticket.status in (Status.PENDING, Status.ON_HOLD, Status.SOLVED):
        moving.move(ticket, Status.OPEN, by=SYSTEM, at=at)
    ticket.waiting_since = ticket.waiting_since or at
    ticket.save(update_fields=[*moving.FIELDS])
