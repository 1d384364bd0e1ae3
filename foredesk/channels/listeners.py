"""What this room does when a ticket has something to send."""

from foredesk.channels import tasks
from foredesk.logbook.listening import on
from foredesk.tickets.events import ReplyRequeued, ReplyWritten
from foredesk.tickets.models import Delivery, Message


@on(ReplyWritten, ReplyRequeued)
def send_when_due(fact: ReplyWritten | ReplyRequeued, *, entry) -> None:
    """Queue the sending for the moment at which the reply can't be taken back any more."""
    message = Message.objects.filter(pk=fact.message_id, delivery=Delivery.QUEUED).first()
    if message is not None:
        task = tasks.send_due.configure(schedule_at=message.send_at)
        task.defer(ticket_id=message.ticket_id)
