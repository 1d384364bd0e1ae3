"""What another room puts into an automatic mail when it is composed.

Links that act in the name of whoever reads the mail stand in the mail alone: the thread, which all
colleagues read, has its words without them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from foredesk.tickets.models import Message


@dataclass(frozen=True)
class Enclosure:
    """The mail's words as plain text and as HTML, in place of those that the thread shows."""

    text: str
    html: str


Composer = Callable[[str], Enclosure | None]
_composers: dict[str, Composer] = {}


def encloses(kind: str) -> Callable[[Composer], Composer]:
    """Let the decorated function compose what mails with an enclosure of this kind say, by the key
    that they were written with; None leaves them as they are."""

    def bind(composer: Composer) -> Composer:
        _composers[kind] = composer
        return composer

    return bind


def kind_of(message: Message) -> str:
    """What is enclosed in a mail; "" for nothing."""
    return str(message.sender.get("enclosed", ""))


def of(message: Message) -> Enclosure | None:
    """What a mail says instead of its words."""
    composer = _composers.get(kind_of(message))
    return composer(str(message.sender.get("key", ""))) if composer else None
