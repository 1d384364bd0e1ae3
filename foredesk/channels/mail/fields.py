"""Fields of a mail's header: people, ids, the date."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from foredesk.channels.mail import addresses, charsets, encoded_words
from foredesk.channels.mail.limits import ID_CHARS, REFERENCES
from foredesk.channels.mail.mime import Part
from foredesk.tickets.arrivals import Address

_ID = re.compile(r"<\s*([^<>\s]{1,500})\s*>")
_TOKEN = re.compile(r"[!-~]+")


def people(root: Part, name: bytes, hint: str) -> list[Address]:
    """Everybody whom the fields of this name hold, once."""
    found: dict[str, Address] = {}
    for value in root.all(name)[:20]:
        for one in addresses.parse(value, hint):
            if "@" in one.value:
                found.setdefault(one.value.lower(), one)
    return list(found.values())


def first_id(value: bytes) -> str:
    """The id in a Message-ID or Content-ID without its brackets, or ""."""
    text = charsets.decode(value[:4096])
    match = _ID.search(text)
    if match:
        return match[1]
    token = _TOKEN.search(text)
    return token[0].strip("<>")[:ID_CHARS] if token else ""


def references(root: Part) -> list[str]:
    """Ids of earlier messages, nearest first: In-Reply-To, then References from its end."""
    found: dict[str, None] = {}
    for name, is_backwards in ((b"in-reply-to", False), (b"references", True)):
        text = " ".join(charsets.decode(value) for value in root.all(name)[:5])
        ids = _ID.findall(text) or [one for one in text.split() if "@" in one]
        for one in reversed(ids) if is_backwards else ids:
            if len(one) <= ID_CHARS:
                found.setdefault(one)
    return list(found)[:REFERENCES]


def date_of(value: bytes) -> datetime | None:
    """The Date field in UTC; None when it is missing, broken or out of this world."""
    try:
        at = parsedate_to_datetime(encoded_words.text_of(value[:200]))
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return at if 1990 <= at.year <= 2100 else None


def charset_of(part: Part) -> str:
    """The charset of the first text in the mail, "" when none is named."""
    while part.parts:
        part = part.parts[0]
    return part.params.get("charset", "")
