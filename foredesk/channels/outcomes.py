"""What can become of a mail that is handed over, and the record of the talk about it."""

from __future__ import annotations

from dataclasses import dataclass, field

TRANSCRIPT_CHARS = 8000


class TemporaryFailure(Exception):
    """It may work later. `is_mailbox`: the server or the sign-in is at fault, not this mail."""

    def __init__(self, reason: str, *, is_mailbox: bool = False) -> None:
        super().__init__(reason)
        self.is_mailbox = is_mailbox


class PermanentFailure(Exception):
    """It will never work as it is. `addresses`: the recipients who were refused, and why."""

    def __init__(self, reason: str, *, addresses: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.addresses = addresses or {}


class LostAnswer(Exception):
    """The mail was handed over whole and the answer never came: it may have been sent."""


@dataclass
class Receipt:
    """The server took it. `refused` says why for recipients that it did not take; `wire_id` is
    the id that a provider gave it."""

    answer: str
    refused: dict[str, str] = field(default_factory=dict)
    wire_id: str = ""


class Talk:
    """What was said, for evidence; sign-in secrets are left out."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, direction: str, text: str) -> None:
        self.lines.append(f"{direction} {text.strip()[:500]}")

    def text(self) -> str:
        return "\n".join(self.lines)[-TRANSCRIPT_CHARS:].replace("\0", "")
