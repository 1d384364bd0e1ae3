"""What a kind of wire promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from foredesk.tickets.arrivals import InboundMessage, Suspended

if TYPE_CHECKING:
    from foredesk.channels.models import Envelope


__all__ = ["Ignored", "Kind", "Suspended", "Unreadable"]


class Unreadable(Exception):
    """The bytes can't be made into a message; the text is a sentence that says why."""


class Ignored(Exception):
    """The bytes are understood and are no message for a ticket; the text says why."""


class Kind(Protocol):
    name: str
    label: str

    def parse(
        self, raw: bytes, *, envelope: Envelope, own_addresses: frozenset[str]
    ) -> InboundMessage:
        """The message in the stored bytes. Raises Unreadable, Ignored, Suspended."""
        ...
