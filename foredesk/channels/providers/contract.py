"""What a provider of mail promises: how it sends, and how what it posts is checked and read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.http import HttpRequest, QueryDict

Keys = dict[str, str]
"""A mailbox's settings at its provider, secrets among them, by the names of its fields."""


class Forged(Exception):
    """It does not come from the provider, or was sent before: nothing of it is kept."""


class Malformed(Exception):
    """It is signed well, and is nothing that can be read."""


@dataclass(frozen=True)
class Field:
    """One thing that an admin enters. With `options` it is a choice of (value, label)."""

    name: str
    label: str
    hint: str = ""
    is_secret: bool = False
    is_required: bool = True
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Call:
    """What was posted to a webhook."""

    content_type: str
    headers: dict[str, str]
    body: bytes

    def request(self, *, encoding: str = "utf-8") -> HttpRequest:
        """The same as Django reads it. With latin-1 every value has one character per byte."""
        from django.test import RequestFactory  # heavy; few desks have webhooks

        extra: dict[str, Any] = {
            f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()
        }
        made = RequestFactory().generic(
            "POST", "/", self.body, content_type=self.content_type, **extra
        )
        if encoding != "utf-8" and made.content_type == "application/x-www-form-urlencoded":
            made.POST = QueryDict(self.body, encoding=encoding)  # Django itself reads UTF-8 only
            return made
        made.encoding = encoding
        return made


@dataclass(frozen=True)
class RawMail:
    """A mail as it was received, and its envelope as far as it is known."""

    raw: bytes
    mail_from: str = ""
    rcpt_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """What became of a mail for one recipient. `state`: delivered, failed, complained or delayed;
    opens and clicks are left out: nobody is watched here."""

    key: str
    state: str
    wire_id: str
    recipient: str
    reason: str
    at: datetime | None = None


@dataclass(frozen=True)
class Heard:
    """What a call says. `later` names a mail that has to be fetched or put together first;
    `key` is the same when the call is repeated; `at` is its signed time."""

    mails: tuple[RawMail, ...] = ()
    later: str = ""
    events: tuple[Event, ...] = ()
    key: str = ""
    at: datetime | None = None
    confirm_url: str = ""


@dataclass(frozen=True)
class Guide:
    """How an admin sets it up at the provider, a sentence for each step."""

    incoming: tuple[str, ...] = ()
    tracking: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = field(default=())


class Provider(Protocol):
    name: str
    label: str
    fields: tuple[Field, ...]
    guide: Guide
    more_headers: dict[str, str]
    can_stop_watching: bool
    extra: str  # of pyproject.toml, where its packages are; "" when all have them

    def hear(self, call: Call, keys: Keys) -> Heard:
        """Check a call and sort what it says. Raises Forged, Malformed."""
        ...

    def fetch(self, call: Call, keys: Keys) -> RawMail:
        """The mail of a call that said `later`. Raises Malformed, and OSError for another try."""
        ...

    def confirm(self, url: str) -> None:
        """Agree to a webhook that the provider asks about. Raises OSError."""
        ...

    def backend(self, keys: Keys) -> tuple[type[Any], dict[str, Any]]:
        """django-anymail's way to send, and its settings."""
        ...
