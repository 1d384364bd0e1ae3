"""What a provider says of a mail that left: delivered, failed, complained about."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import Q

from foredesk.channels.models import Dispatch, Mailbox
from foredesk.channels.providers.contract import Event
from foredesk.tickets import delivery
from foredesk.tickets.models import Message

log = logging.getLogger(__name__)


def heard(event: Event, *, mailbox: Mailbox, at: datetime) -> bool:
    """Note an event on the mail that it is about; False when it is about none of this mailbox's.

    A failure goes to tickets.delivery, which tells the agent; a delivery and a complaint stand on
    the dispatch. The same event again changes nothing.
    """
    dispatch = _dispatch(event.wire_id, mailbox)
    if dispatch is None:
        log.info("An event about a mail that is not ours: %s", event.state)
        return False
    if event.state == "delivered":
        Dispatch.objects.filter(pk=dispatch.pk, delivered_at=None).update(delivered_at=at)
    elif event.state == "complained":
        note = f"{event.recipient} called it spam."
        Dispatch.objects.filter(pk=dispatch.pk).update(note=note)
    elif event.state == "failed":
        _failed(dispatch, event, at=at)
    return True


def _failed(dispatch: Dispatch, event: Event, *, at: datetime) -> None:
    who = event.recipient or "the recipient"
    reason = f"The mail to {who} came back" + (f": {event.reason}" if event.reason else ".")
    Dispatch.objects.filter(pk=dispatch.pk).update(note=reason[:1000])
    if dispatch.message_id is None:
        return
    message = Message.objects.filter(pk=dispatch.message_id).first()
    if message is not None:
        delivery.mark_returned(message, reason=reason[:1000], at=at)


def _dispatch(wire_id: str, mailbox: Mailbox) -> Dispatch | None:
    if not wire_id:
        return None
    by_message = Message.objects.filter(external_id=wire_id).values("pk")
    found = Dispatch.objects.filter(Q(provider_id=wire_id) | Q(message_id__in=by_message))
    return found.filter(mailbox=mailbox).order_by("-pk").first()
