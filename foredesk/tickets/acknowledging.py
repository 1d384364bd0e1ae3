"""The desk's own word to a requester that the message arrived. It answers nothing."""

from datetime import datetime

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.tickets import writing
from foredesk.tickets.events import Acknowledged
from foredesk.tickets.models import Delivery, Message, Ticket
from foredesk.tickets.placing import place


def acknowledge(ticket: Ticket, *, text: str, by: str, at: datetime) -> Message:
    """Write `text`, signed by the name `by`, to wait for its channel.

    The ticket stays as it is: it still waits for its first answer. Records Acknowledged.
    """
    message = Message.objects.create(
        ticket=ticket,
        author_kind="system",
        is_automatic=True,
        author_name=by,
        channel=ticket.channel,
        body_text=text,
        body_html=writing.paragraphs(text),
        at=at,
        delivery=Delivery.QUEUED,
        send_at=at,
    )
    recording.record(Acknowledged(**place(ticket), message_id=message.pk), by=SYSTEM, at=at)
    return message
