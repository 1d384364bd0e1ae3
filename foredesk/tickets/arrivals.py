"""The door of this room: what a channel hands over, whatever its wire looked like.

The work owns the door, wires come to it. Channels fill these in; receiving.receive takes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Address:
    """A person on the wire: `value` is a mail address, number or handle; `name` may be empty."""

    value: str
    name: str = ""


@dataclass(frozen=True)
class InboundFile:
    """A file that is already stored (files.storing.keep); name and type are the sender's claims."""

    sha256: str
    size: int
    name: str
    content_type: str = "application/octet-stream"
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True)
class InboundMessage:
    """One message from outside.

    `text` and `html` are what the writer newly wrote, quotes cut, the HTML sanitised; `whole_text`
    and `whole_html` hold the message with its quotes when that is more, else "". `is_rich` says
    that `html` needs a frame of its own: more than paragraphs, emphasis, lists and links.
    `verdict` says whether the wire proves that `author` wrote it: "pass", "fail" or "none" with its
    `evidence`, and "" where a channel lets nobody write who has not proven it. Everything but
    "pass" and "" is unverified. `reply_to` is where the writer asks to be answered; it never says
    who wrote. `is_recovered`: a person let it in although it was suspended.
    `references` are wire ids of earlier messages, nearest first (In-Reply-To, then References from
    its end). `reply_token` is the part of our own signed reply address that the message was sent
    to; `ticket_number` is the number of a `[#123]` in the subject; both prove nothing alone.
    `brand_id` is the brand that was written to, for a ticket that it opens; `tags` are put on the
    ticket: the channel answers for their number and for that they are allowed.
    `spam` says why it is spam, "" when it is not.
    `signed` names the kind of a signature that came along ("pgp", "smime"), checked by nobody;
    `invitation` is a meeting that the message invites to, as mail/invitations.py tells it; `cards`
    are the business cards in it, as mail/vcards.py tells them.
    `is_automatic`: no automatic answer may follow. `is_auto_reply`: a machine answered us, such as
    a vacation notice; it is shown where it belongs and opens nothing. `is_old`: it lay in a mailbox
    for long when the desk came to know that mailbox.
    """

    channel: str
    account: str
    external_id: str
    author: Address
    at: datetime
    subject: str = ""
    text: str = ""
    html: str = ""
    is_rich: bool = False
    whole_text: str = ""
    whole_html: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    references: tuple[str, ...] = ()
    reply_token: str = ""
    ticket_number: int | None = None
    files: tuple[InboundFile, ...] = ()
    envelope_id: int | None = None
    team_id: int | None = None
    brand_id: int | None = None
    tags: tuple[str, ...] = ()
    language: str = ""
    is_automatic: bool = False
    is_auto_reply: bool = False
    is_old: bool = False
    spam: str = ""
    signed: str = ""
    invitation: dict[str, Any] | None = None
    cards: tuple[dict[str, Any], ...] = ()
    own_addresses: frozenset[str] = field(default_factory=frozenset)
    verdict: str = ""
    evidence: dict[str, Any] | None = None
    reply_to: str = ""
    is_recovered: bool = False

    @property
    def is_verified(self) -> bool:
        return self.verdict in ("", "pass")

    @property
    def has_policy_pass(self) -> bool:
        """Whether the sender's domain has a DMARC policy and the message passes it."""
        return self.verdict == "pass" and (self.evidence or {}).get("dmarc") == "pass"


class Suspended(Exception):
    """It must not be let in before a person has looked at it; the text says why."""


class Dropped(Exception):
    """It is understood and makes no message; the text says why."""
