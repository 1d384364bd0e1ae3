"""What a provider says of a mail that left: delivered, failed, complained about."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import Q

from foredesk.channels import posting
from foredesk.channels.models import Dispatch, DispatchState, Mailbox
from foredesk.channels.providers.contract import Event
from foredesk.people import reaching
from foredesk.tickets import bouncing
from foredesk.tickets.models import Message

log = logging.getLogger(__name__)
UNWANTED = {
    "complained": "it was reported there as unwanted",
    "failed": "the provider did not say why",
}


def heard(event: Event, *, mailbox: Mailbox, at: datetime) -> bool:
    """Note an event on the mail that it is about; False when it is about none of this mailbox's.

    Within a transaction. A failure and a complaint do what a mail server's report does; a delivery
    stands on the dispatch. The same event again changes nothing.
    """
    dispatch = _dispatch(event.wire_id, mailbox)
    address = event.recipient.strip().lower()
    if dispatch is None or address not in {one.lower() for one in dispatch.to}:
        log.info("An event about a mail that is not ours: %s", event.state)
        return False
    if event.state == "delivered":
        Dispatch.objects.filter(pk=dispatch.pk, delivered_at=None).update(delivered_at=at)
    elif dispatch.message_id is None and event.state in UNWANTED:
        reason = event.reason or UNWANTED[event.state]
        posting.came_back(dispatch, reason=reason, at=at)
    elif event.state == "complained":
        reaching.mark_complaint(address, at=at)
    elif event.state == "failed":
        _failed(dispatch, address, event.reason, at=at)
    return True


def _failed(dispatch: Dispatch, address: str, reason: str, *, at: datetime) -> None:
    if dispatch.state == DispatchState.FAILED:
        return
    reason = reason or "the provider did not say why"
    reaching.mark_undeliverable(address, reason=reason, at=at)
    is_whole = len(dispatch.to) == 1
    if is_whole and dispatch.state in (DispatchState.SENT, DispatchState.UNKNOWN):
        note = f"It came back: {reason}"
        Dispatch.objects.filter(pk=dispatch.pk).update(state=DispatchState.FAILED, note=note)
    message = (
        Message.objects.filter(pk=dispatch.message_id).first() if dispatch.message_id else None
    )
    if message is not None:
        bouncing.bounce(
            message, address=address, reason=reason, is_whole=is_whole, envelope_id=None, at=at
        )


def _dispatch(wire_id: str, mailbox: Mailbox) -> Dispatch | None:
    if not wire_id:
        return None
    by_message = Message.objects.filter(external_id=wire_id).values("pk")
    found = Dispatch.objects.filter(Q(provider_id=wire_id) | Q(message_id__in=by_message))
    return found.filter(mailbox=mailbox).order_by("-pk").first()
