"""Answer the customer. The message waits in QUEUED until its channel sends it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from foredesk.logbook import recording
from foredesk.people.models import Agent
from foredesk.people.permissions import NotAllowed, can_reply
from foredesk.tickets import attaching, first_replies, moving, unsending, writing
from foredesk.tickets.arrivals import InboundFile
from foredesk.tickets.conflicts import UnableToChange, must_be_open
from foredesk.tickets.events import ReplyWritten
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Delivery, Message, Status, Ticket
from foredesk.tickets.placing import place

THEN = (Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED)


def reply(
    ticket: Ticket,
    *,
    by: Agent,
    at: datetime,
    body_html: str,
    body_text: str = "",
    to: str = "",
    cc: Sequence[str] = (),
    bcc: Sequence[str] = (),
    then: str = Status.PENDING,
    undo_seconds: int = 0,
    sender: dict[str, str] | None = None,
    draft_id: int | None = None,
    files: Sequence[InboundFile] = (),
) -> Message:
    """Write a public answer and move the ticket to `then`; files come with the draft or as given.

    `body_html` is cleaned; `body_text` is derived from it when empty. An unassigned ticket becomes
    the writer's. `to` is another address to answer at, one that a customer's message on this ticket
    asked for; without it the answer goes to the requester's own. `sender` is the name and the
    address that the customer sees, when it is not the mailbox's own. Records ReplyWritten, which
    makes the channel send it after `undo_seconds`.
    Raises NotAllowed, UnableToChange.
    """
    if not can_reply(by):
        raise NotAllowed("Light agents write notes. Ask an agent to answer the customer.")
    if then not in THEN:
        raise UnableToChange(f"“{then}” is not a status to leave a ticket in.")
    copies, blind = writing.addresses(cc), writing.addresses(bcc)
    with locked(ticket.pk) as row:
        must_be_open(row)
        if row.is_spam:
            raise UnableToChange("This ticket is marked as spam. Restore it before you answer.")
        if to and not _was_asked_for(row, to):
            raise UnableToChange(f"Nobody on this ticket asked for answers at {to[:100]}.")
        is_opening = first_replies.is_opening(row)
        message = writing.write(
            row,
            by=by,
            at=at,
            body_html=body_html,
            body_text=body_text,
            is_public=True,
            draft_id=draft_id,
            channel=row.channel,
            to=writing.addresses([to]),
            cc=copies,
            bcc=blind,
            sender=sender or {},
            delivery=Delivery.QUEUED,
            send_at=at + timedelta(seconds=undo_seconds),
            undo=unsending.before(row, then=then),
        )
        attaching.attach(files, message)
        is_first = row.first_reply_at is None and not is_opening
        writing.take(row, by=by, at=at)
        row.first_reply_at = at if is_first else row.first_reply_at
        row.waiting_since, row.activity_at = None, at
        moving.move(row, then, by=by, at=at)
        row.save(
            update_fields=["assignee", "first_reply_at", "activity_at", "preview", *moving.FIELDS]
        )
        recording.record(
            ReplyWritten(**place(row), message_id=message.pk, is_first=is_first), by=by, at=at
        )
        return message


def _was_asked_for(ticket: Ticket, to: str) -> bool:
    return Message.objects.filter(
        ticket=ticket, author_kind="customer", reply_to=to.strip().lower()
    ).exists()
