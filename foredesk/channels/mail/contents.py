"""What is in a mail: people, words, files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from foredesk.channels.mail.invitations import Invitation
from foredesk.channels.mail.mime import Part
from foredesk.channels.mail.vcards import Card
from foredesk.tickets.arrivals import Address


@dataclass(slots=True)
class File:
    """An attached file: cleaned name ("" when it came without one), claimed type, its bytes."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    is_inline: bool = False


@dataclass(slots=True)
class Mail:
    """A mail as a person would see it. `html` is sanitised; ids have no angle brackets.

    `signed` is "pgp" or "smime" when a signature came along, whoever made it; `hint` the charset
    that raw eight-bit headers are taken for.
    """

    root: Part
    author: Address | None
    reply_to: list[Address]
    to: list[Address]
    cc: list[Address]
    subject: str
    message_id: str
    references: list[str]
    date: datetime | None
    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    invitation: Invitation | None = None
    cards: list[Card] = field(default_factory=list)
    signed: str = ""
    hint: str = ""
    is_cut: bool = False


@dataclass(slots=True)
class Piece:
    """A stretch of the visible body, in one or both forms."""

    text: str | None = None
    html: str | None = None
