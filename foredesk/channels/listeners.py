"""What this room does when a ticket has something to send or to teach, and when a brake holds."""

from foredesk.channels import alarming, learning_spam, tasks
from foredesk.channels.events import AutomaticMailHeld, MailboxChanged
from foredesk.channels.models import Dispatch
from foredesk.logbook.listening import on
from foredesk.tickets.events import (
    MarkedAsSpam,
    ReplyRequeued,
    ReplyWritten,
    RestoredFromSpam,
    TicketAbsorbed,
    TicketAssigned,
    TicketSplit,
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


@on(TicketAbsorbed)
def evidence_follows_a_merge(fact: TicketAbsorbed, *, entry) -> None:
    """What was sent is listed with the ticket that its message is in."""
    _follow_messages(fact.ticket_id)


@on(TicketSplit)
def evidence_follows_a_split(fact: TicketSplit, *, entry) -> None:
    """What was sent is listed with the ticket that its message is in."""
    _follow_messages(fact.into)


def _follow_messages(ticket_id: int) -> None:
    sent = Message.objects.filter(ticket_id=ticket_id).exclude(delivery=Delivery.NONE)
    Dispatch.objects.filter(message_id__in=sent.values("pk")).update(ticket_id=ticket_id)


@on(MarkedAsSpam)
def learn_spam(fact: MarkedAsSpam, *, entry) -> None:
    """An agent's word is a lesson; what the filter itself decided is none."""
    if entry.actor_kind == "agent":
        learning_spam.learn(fact.ticket_id, is_spam=True)


@on(RestoredFromSpam, ReplyWritten)
def learn_what_is_no_spam(fact: RestoredFromSpam | ReplyWritten, *, entry) -> None:
    """What an agent restores or answers first is no spam."""
    if entry.actor_kind == "agent" and getattr(fact, "is_first", True):
        learning_spam.learn(fact.ticket_id, is_spam=False)


@on(AutomaticMailHeld)
def tell_of_a_brake(fact: AutomaticMailHeld, *, entry) -> None:
    """Admins hear of a storm or a loop while it is being held."""
    alarming.tell_of_a_brake(fact)


@on(TicketAssigned)
def tell_the_assignee(fact: TicketAssigned, *, entry) -> None:
    """Who was given a ticket by somebody else hears of it by mail."""
    is_own_doing = entry.actor_kind == "agent" and entry.actor_id == fact.after
    if fact.after is not None and not is_own_doing:
        tasks.notify.defer(
            ticket_id=fact.ticket_id, agent_id=fact.after, why="assigned", about=entry.pk
        )


@on(MailboxChanged)
def tickets_follow_their_mailbox(fact: MailboxChanged, *, entry) -> None:
    """To its new brand, so that their answers still leave from the address that was written to."""
    if "brand" in fact.after:
        tasks.follow_brand.defer(mailbox_id=fact.mailbox_id, before=fact.before["brand"])
