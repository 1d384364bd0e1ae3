"""Take a reply back while it still waits: text and ticket are as they were before."""

from datetime import datetime

from foredesk.logbook import recording
from foredesk.people.models import Agent
from foredesk.tickets import moving
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.events import ReplyWithdrawn, TicketAssigned
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Attachment, Delivery, Draft, Message, Status
from foredesk.tickets.placing import place


def unsend(message: Message, *, by: Agent, at: datetime) -> Draft:
    """Turn a waiting reply back into a draft of its writer.

    Records ReplyWithdrawn and what it undoes. Raises UnableToChange when it is already on its way.
    """
    with locked(message.ticket_id) as ticket:
        row = ticket.messages.select_for_update().filter(pk=message.pk).first()
        if row is None or row.delivery != Delivery.QUEUED or row.attempts:
            raise UnableToChange("Too late: the reply is already on its way.")
        if row.agent_id != by.pk:
            raise UnableToChange("Only the person who wrote a reply can take it back.")
        before = row.undo or {}
        draft, _ = Draft.objects.update_or_create(
            ticket=ticket,
            agent=by,
            kind="reply",
            defaults={
                "body_html": row.body_html,
                "cc": ", ".join(one["value"] for one in row.cc),
                "bcc": ", ".join(one["value"] for one in row.bcc),
                "updated_at": at,
            },
        )
        Attachment.objects.filter(message=row).update(message=None, draft=draft)
        _put_back(ticket, before, by=by, at=at)
        recording.record(ReplyWithdrawn(**place(ticket), message_id=row.pk), by=by, at=at)
        row.delete()
        last = ticket.messages.filter(is_public=True).order_by("-id").first()
        ticket.preview = " ".join(last.body_text.split())[:140] if last else ""
        ticket.activity_at = last.at if last else ticket.created_at
        ticket.save()
        return draft


def _put_back(ticket, before: dict, *, by: Agent, at: datetime) -> None:
    waiting = before.get("waiting_since")
    if before.get("status") in Status.values and ticket.status != before["status"]:
        moving.move(ticket, before["status"], by=by, at=at)
    if before.get("is_first"):
        ticket.first_reply_at = None
    ticket.waiting_since = datetime.fromisoformat(waiting) if waiting else None
    solved = before.get("solved_at")
    ticket.solved_at = datetime.fromisoformat(solved) if solved else None
    if before.get("assignee_id") is None and ticket.assignee_id == by.pk:
        ticket.assignee = None
        recording.record(TicketAssigned(**place(ticket), before=by.pk, after=None), by=by, at=at)
