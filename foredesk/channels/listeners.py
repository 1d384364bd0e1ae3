"""What this room does when a ticket has something to send."""

from foredesk.channels import tasks
from foredesk.logbook.listening import on
from foredesk.tickets.events import (
    ReplyRequeued,
    ReplyWritten,
    TicketAbsorbed,
    TicketAssigned,
)
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


@on(TicketAssigned)
def tell_the_assignee(fact: TicketAssigned, *, entry) -> None:
    """Who was given a ticket by somebody else hears of it by mail."""
    is_own_doing = entry.actor_kind == "agent" and entry.actor_id == fact.after
    if fact.after is not None and not is_own_doing:
        tasks.notify.defer(
            ticket_id=fact.ticket_id, agent_id=fact.after, why="assigned", about=entry.pk
        )
