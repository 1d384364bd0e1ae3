"""What this room does when a ticket has something to send, and when a brake holds."""

from foredesk.channels import alarming, tasks
from foredesk.channels.events import AutomaticMailHeld
from foredesk.logbook.listening import on
from foredesk.tickets.events import ReplyRequeued, ReplyWritten, TicketAbsorbed
from foredesk.tickets.models import Delivery, Message


@on(ReplyWritten, ReplyRequeued)
def send_when_due(fact: ReplyWritten | ReplyRequeued, *, entry) -> None:
    """Queue the sending for the moment at which the reply can't be taken back any more."""
    message = Message.objects.filter(pk=fact.message_id, delivery=Delivery.QUEUED).first()
    if message is not None:
        task = tasks.send_due.configure(schedule_at=message.send_at)
        task.defer(ticket_id=message.ticket_id)


@on(TicketAbsorbed)
def send_what_moved(fact: TicketAbsorbed, *, entry) -> None:
    """Replies that waited in the merged ticket go out from the target, at their time."""
    waiting = Message.objects.filter(ticket_id=fact.ticket_id, delivery=Delivery.QUEUED)
    for send_at in set(waiting.values_list("send_at", flat=True)):
        tasks.send_due.configure(schedule_at=send_at).defer(ticket_id=fact.ticket_id)


@on(AutomaticMailHeld)
def tell_of_a_brake(fact: AutomaticMailHeld, *, entry) -> None:
    """Admins hear of a storm or a loop while it is being held."""
    alarming.tell_admins(fact)
