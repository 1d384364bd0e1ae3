"""Marks of our own on mail that leaves, by which we know it when it, or word of it, comes back."""

from __future__ import annotations

import re

from foredesk.channels.mail.automatic import INSTANCE_FIELD
from foredesk.plumbing import crypto

DELIVERY_FIELD = "X-Foredesk-Delivery"
_OWN = "dispatch"  # has letters that public ids leave out
_DELIVERY = re.compile(r"([a-z0-9]{20})-([a-z2-7]{16})")


def desk_id() -> str:
    """The stable name of this desk for other machines; it follows from its secret key."""
    return crypto.mac("desk", purpose="instance")


def of_a_machine() -> dict[str, str]:
    """The fields that every automatic mail of ours carries besides those of RFC 3834."""
    return {INSTANCE_FIELD: desk_id()}


def delivery_mark(public_id: str) -> str:
    """What the mail that carries a message says in X-Foredesk-Delivery: its id and a MAC."""
    return f"{public_id}-{crypto.mac(public_id, purpose='delivery')}"


def message_of(mark: str) -> str:
    """The public id of the message whose mark this is; "" when we did not make it."""
    match = _DELIVERY.fullmatch(mark.strip().lower())
    if match and crypto.is_mac(match[2], match[1], purpose="delivery"):
        return match[1]
    return ""


def dispatch_mark(pk: int) -> str:
    """The mark of a mail that carries no message: of its dispatch, in the same form."""
    return delivery_mark(f"{_OWN}{pk:012d}")


def dispatch_of(text: str) -> int | None:
    """The dispatch whose mark this is, or begins this Message-ID; None when we did not make it."""
    found = message_of(text.partition("@")[0])
    return int(found.removeprefix(_OWN)) if found.startswith(_OWN) else None
