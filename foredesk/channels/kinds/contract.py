"""What a kind of wire promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from foredesk.tickets.arrivals import InboundMessage, Suspended

if TYPE_CHECKING:
    from foredesk.channels.models import Envelope


__all__ = ["Ignored", "Kind", "Suspended", "Unreadable"]


class Unreadable(Exception):
    """The bytes can't be made into a message; the text is a sentence that says why."""


class Ignored(Exception):
    """The bytes are understood and are no message for a ticket; the text says why."""


@dataclass(frozen=True)
class Failure:
    """What a report says of one recipient. `status` is an RFC 3463 code or "", `is_hard` whether
    trying again is useless, `reason` plain words."""

    address: str
    status: str = ""
    reason: str = ""
    is_hard: bool = True


@dataclass(frozen=True)
class Report:
    """Word of a machine about messages of ours; the claims in it are to be checked.

    `kind` is failure, delay, delivered, receipt (somebody or something read it), complaint, or
    other. `marks` are our own signed delivery marks in it, `references` the wire ids that it names,
    `addresses` all that it speaks of, `failures` what it says in order.
    """

    kind: str
    marks: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    account: str = ""


class Kind(Protocol):
    name: str
    label: str

    def parse(
        self, raw: bytes, *, envelope: Envelope, own_addresses: frozenset[str]
    ) -> InboundMessage | Report:
        """The message or report in the stored bytes. Raises Unreadable, Ignored, Suspended."""
        ...
