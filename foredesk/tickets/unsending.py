"""Take a reply back while it still waits: text and ticket are as they were before."""

from datetime import datetime
from typing import Any

from foredesk.logbook import recording
from foredesk.people.models import Agent
from foredesk.tickets import moving
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.events import ReplyWithdrawn, TicketAssigned
from foredesk.tickets.first_replies import first_reply_at
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Attachment, Delivery, Draft, Message, Status, Ticket
from foredesk.tickets.placing import place

TIMES = ("waiting_since", "activity_at", "snoozed_until", "solved_at")


def before(ticket: Ticket, *, then: str) -> dict[str, Any]:
    """What a reply that leaves `ticket` in `then` has to remember, to be taken back."""
    times = {name: getattr(ticket, name) for name in TIMES}
    return {
        "status": ticket.status,
        "then": then,
        "assignee_id": ticket.assignee_id,
        "preview": ticket.preview,
        **{name: at and at.isoformat() for name, at in times.items()},
    }


def moved(undo: dict[str, Any] | None) -> dict[str, Any] | None:
    """What is left to be put back of a reply that went to another ticket: since when they wait."""
    return undo and {"waiting_since": undo.get("waiting_since")}


def unsend(message: Message, *, by: Agent, at: datetime) -> Draft:
    """Turn a waiting reply back into a draft of its writer, before what they began meanwhile.

    The ticket is as it was before the reply, but for what others did since. Records ReplyWithdrawn
    and what it undoes. Raises UnableToChange when sending it was ever tried.
    """
    with locked(message.ticket_id) as ticket:
        row = ticket.messages.select_for_update().filter(pk=message.pk).first()
        if row is None or row.delivery != Delivery.QUEUED or row.claimed_at is not None:
            raise UnableToChange("Too late: the reply is already on its way.")
        if row.agent_id != by.pk:
            raise UnableToChange("Only the person who wrote a reply can take it back.")
        draft = _into_draft(row, by=by, at=at)
        _put_back(ticket, row, by=by, at=at)
        recording.record(ReplyWithdrawn(**place(ticket), message_id=row.pk), by=by, at=at)
        row.delete()
        ticket.save()
        return draft


def _into_draft(row: Message, *, by: Agent, at: datetime) -> Draft:
    draft, _ = Draft.objects.select_for_update().get_or_create(
        ticket_id=row.ticket_id, agent=by, kind="reply", defaults={"updated_at": at}
    )
    draft.body_html = row.body_html + draft.body_html
    draft.cc = ", ".join(one["value"] for one in row.cc) or draft.cc
    draft.bcc = ", ".join(one["value"] for one in row.bcc) or draft.bcc
    draft.revision, draft.updated_at = draft.revision + 1, at
    draft.save()
    Attachment.objects.filter(message=row).update(message=None, draft=draft)
    return draft


def _put_back(ticket: Ticket, row: Message, *, by: Agent, at: datetime) -> None:
    was = row.undo or {}
    times = {name: datetime.fromisoformat(was[name]) if was.get(name) else None for name in TIMES}
    others = ticket.messages.filter(is_public=True).exclude(pk=row.pk)
    later = others.filter(pk__gt=row.pk)
    last = others.order_by("-id").first()
    if "status" in was and not later.exists():
        ticket.preview = was["preview"]
        ticket.activity_at = times["activity_at"] or ticket.created_at
    elif last is not None:
        ticket.preview, ticket.activity_at = " ".join(last.body_text.split())[:140], last.at
        if last.customer_id and ticket.customer_wrote_at:
            ticket.activity_at = ticket.customer_wrote_at
    if ticket.first_reply_at is not None:
        ticket.first_reply_at = first_reply_at(ticket, but=row.pk)
    if not later.exists():
        _put_back_status(ticket, was, times, by=by, at=at)
    if not later.filter(author_kind="agent").exists():
        waits = [since for since in (times["waiting_since"], ticket.waiting_since) if since]
        ticket.waiting_since = min(waits, default=None)
    if was.get("assignee_id", by.pk) is None and ticket.assignee_id == by.pk:
        ticket.assignee = None
        recording.record(TicketAssigned(**place(ticket), before=by.pk, after=None), by=by, at=at)


def _put_back_status(
    ticket: Ticket, was: dict[str, Any], times: dict[str, Any], *, by: Agent, at: datetime
) -> None:
    """Only when it still is what the reply made it: what a colleague set since stands."""
    if was.get("status") not in Status.values or ticket.status != was["then"]:
        return
    moving.move(ticket, was["status"], by=by, at=at)
    ticket.snoozed_until, ticket.solved_at = times["snoozed_until"], times["solved_at"]
