"""The desk's own word to a requester, by a rule, a follow-up or the clock. It answers nothing."""

from datetime import datetime

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.tickets import writing
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.events import AutomaticReplyWritten
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Delivery, Message, Ticket
from foredesk.tickets.placing import place

LONGEST = 20_000  # characters


def tell(
    ticket: Ticket,
    *,
    text: str,
    subject: str,
    name: str,
    by: Actor | Doer,
    at: datetime,
    enclosed: tuple[str, str] | None = None,
) -> Message:
    """Write `text`, signed by the name `name`, to wait for its channel.

    `enclosed` names what its channel puts into it for nobody but its reader, by kind and key. The
    ticket stays as it is: it still waits for an answer, also when it is closed. Records
    AutomaticReplyWritten. Raises UnableToChange for spam, merged tickets and an empty text.
    """
    text = text.strip()
    if not text:
        raise UnableToChange("There is nothing to say.")
    if len(text) > LONGEST:
        raise UnableToChange(f"An automatic mail has {LONGEST:,} characters at most.")
    with locked(ticket.pk) as row:
        if row.merged_into_id:
            raise UnableToChange(f"This ticket was merged into #{row.merged_into_id}.")
        if row.is_spam:
            raise UnableToChange("This ticket is marked as spam: spam gets no answer.")
        message = Message.objects.create(
            ticket=row,
            author_kind="system",
            is_automatic=True,
            author_name=name,
            channel=row.channel,
            subject=subject,
            body_text=text,
            body_html=writing.paragraphs(text),
            at=at,
            delivery=Delivery.QUEUED,
            send_at=at,
            sender=dict(zip(("enclosed", "key"), enclosed, strict=True)) if enclosed else {},
        )
        fact = AutomaticReplyWritten(**place(row), message_id=message.pk)
        recording.record(fact, by=by, at=at)
        return message
