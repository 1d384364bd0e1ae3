"""What the providers share: django-anymail's views asked without their signals."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailCoreWebhookView
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

from foredesk.channels.providers.contract import Call, Event, Forged, Malformed, RawMail

STATES = {
    "delivered": "delivered",
    "bounced": "failed",
    "rejected": "failed",
    "failed": "failed",
    "complained": "complained",
    "deferred": "delayed",
}
UNREADABLE = (
    AnymailError,
    SuspiciousOperation,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    LookupError,
)


def verify(view: AnymailCoreWebhookView, request: HttpRequest) -> None:
    """Check the signature. Raises Forged."""
    try:
        view.run_validators(request)
    except (AnymailWebhookValidationFailure, *UNREADABLE) as error:
        raise Forged("It is not signed by the provider.") from error


def events(view: AnymailCoreWebhookView, request: HttpRequest) -> tuple[Event, ...]:
    """What became of mails. Raises Malformed."""
    try:
        found = view.parse_events(request)
    except UNREADABLE as error:
        raise Malformed("Its events can't be read.") from error
    return tuple(
        Event(
            key=f"{one.event_id or ''}:{one.recipient or ''}:{one.event_type}"[:500],
            state=STATES[one.event_type],
            wire_id=str(one.message_id or "").strip().strip("<>")[:500],
            recipient=str(one.recipient or "")[:320],
            reason=_reason(one),
            at=one.timestamp,
        )
        for one in found
        if one.event_type in STATES
    )


def rebuilt(view: AnymailCoreWebhookView, request: HttpRequest) -> RawMail:
    """A mail put together again from its parts. Raises Malformed."""
    try:
        message = view.parse_events(request)[0].message
        raw = message.as_bytes()
    except UNREADABLE as error:
        raise Malformed(f"It can't be put together: {type(error).__name__}.") from error
    recipient = message.envelope_recipient
    return RawMail(raw, message.envelope_sender or "", (recipient,) if recipient else ())


def body(call: Call) -> Any:
    """The JSON that was posted. Raises Malformed."""
    try:
        return json.loads(call.body)
    except (ValueError, RecursionError) as error:
        raise Malformed("It is no JSON.") from error


def moment(seconds: Any) -> datetime | None:
    """The time of a Unix timestamp; None for anything else."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _reason(event: Any) -> str:
    said = [text for text in (event.mta_response, event.description) if isinstance(text, str)]
    text = said[0] if said else str(event.reject_reason or "")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:500]
