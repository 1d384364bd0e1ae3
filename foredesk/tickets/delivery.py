"""What becomes of an outgoing message. Channels call this while they send.

One message of a ticket is in flight at a time (a partial unique index says so), oldest first:
claiming holds the ticket's row for a moment, so that order holds without job locks and no network
call sits in a transaction.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM, Doer
from foredesk.tickets import rights
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.events import (
    ReplyFailed,
    ReplyKept,
    ReplyRequeued,
    ReplySent,
    ReplyUncertain,
    TicketFact,
)
from foredesk.tickets.locking import TicketGone, locked
from foredesk.tickets.models import Delivery, Message
from foredesk.tickets.placing import place


def claim(ticket_id: int, *, at: datetime) -> Message | None:
    """Take the oldest waiting message of a ticket into SENDING.

    None when nothing is due, when one is in flight, or when the oldest waits for its time: later
    ones wait behind it.
    """
    try:
        with locked(ticket_id):
            waiting = Message.objects.select_for_update(of=("self",)).filter(
                ticket_id=ticket_id, delivery__in=(Delivery.QUEUED, Delivery.SENDING)
            )
            found = list(waiting.order_by("id"))
            if not found or any(one.delivery == Delivery.SENDING for one in found):
                return None
            message = found[0]
            if message.send_at and message.send_at > at:
                return None
            message.delivery, message.claimed_at = Delivery.SENDING, at
            message.attempts += 1
            message.save(update_fields=["delivery", "claimed_at", "attempts"])
            return message
    except TicketGone:
        return None


def stamp(message: Message, *, external_id: str) -> None:
    """Give the message its wire id before the first try, so that a retry is a duplicate that the
    receiver can drop."""
    if not message.external_id:
        message.external_id = external_id
        message.save(update_fields=["external_id"])


def mark_sent(message: Message, *, at: datetime, note: str = "") -> None:
    """The next server took it. Records ReplySent."""
    _end(message, Delivery.SENT, ReplySent, at=at, note=note)


def mark_kept(message: Message, *, at: datetime, note: str = "") -> None:
    """No outgoing mail is set up; it is shown on the page of sent mail. Records ReplyKept."""
    _end(message, Delivery.KEPT, ReplyKept, at=at, note=note)


def mark_failed(message: Message, *, reason: str, at: datetime) -> None:
    """It will not arrive; `reason` is one clear sentence. Records ReplyFailed."""
    _end(message, Delivery.FAILED, ReplyFailed, at=at, note=reason)


def mark_unknown(message: Message, *, reason: str, at: datetime) -> None:
    """It may have been sent: never resent without being asked to. Records ReplyUncertain."""
    _end(message, Delivery.UNKNOWN, ReplyUncertain, at=at, note=reason)


def release(message: Message, *, retry_at: datetime, reason: str) -> None:
    """Back to waiting after a failure that may pass; later messages wait behind it."""
    with transaction.atomic():
        Message.objects.filter(pk=message.pk, delivery=Delivery.SENDING).update(
            delivery=Delivery.QUEUED, send_at=retry_at, delivery_note=reason
        )
        recording.poke((f"ticket-{message.ticket_id}",))


def give_back(message: Message) -> None:
    """Undo a claim before anything was tried."""
    Message.objects.filter(pk=message.pk, delivery=Delivery.SENDING).update(
        delivery=Delivery.QUEUED, attempts=F("attempts") - 1
    )


def stuck(*, older_than: timedelta, at: datetime) -> list[Message]:
    """Messages in flight for longer than any sending takes: their worker died."""
    return list(Message.objects.filter(delivery=Delivery.SENDING, claimed_at__lt=at - older_than))


def overdue(*, at: datetime) -> list[int]:
    """Tickets with a message whose time to be sent has come."""
    return list(
        Message.objects.filter(delivery=Delivery.QUEUED, send_at__lte=at)
        .values_list("ticket_id", flat=True)
        .distinct()
    )


def requeue(message: Message, *, by: Doer, at: datetime) -> None:
    """Try a failed, kept or uncertain message again because a person asked for it.

    Records ReplyRequeued. Raises NotAllowed, and UnableToChange for a message that is fine.
    """
    rights.must_work(by)
    with transaction.atomic():
        row = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if row.delivery not in (Delivery.FAILED, Delivery.UNKNOWN, Delivery.KEPT):
            raise UnableToChange("This message needs no second try.")
        row.delivery, row.send_at, row.delivery_note, row.attempts = Delivery.QUEUED, at, "", 0
        row.save(update_fields=["delivery", "send_at", "delivery_note", "attempts"])
        recording.record(ReplyRequeued(**place(row.ticket), message_id=row.pk), by=by, at=at)


def _end(
    message: Message, state: str, fact: Callable[..., TicketFact], *, at: datetime, note: str
) -> None:
    with transaction.atomic():
        row = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if row.delivery != Delivery.SENDING:
            return
        row.delivery, row.delivery_note = state, note
        row.sent_at = at if state == Delivery.SENT else row.sent_at
        row.save(update_fields=["delivery", "delivery_note", "sent_at"])
        why = {"reason": note} if fact in (ReplyFailed, ReplyUncertain) else {}
        recording.record(fact(**place(row.ticket), message_id=row.pk, **why), by=SYSTEM, at=at)
    message.delivery, message.delivery_note = state, note
