"""Business cards in mail (vCard: RFC 2426, RFC 6350, and the older 2.1): whom they tell of."""

from __future__ import annotations

import quopri
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from foredesk.channels.mail import addresses, charsets
from foredesk.channels.mail.limits import ADDRESS_CHARS

TYPES = ("text/vcard", "text/x-vcard", "text/directory")
MOST = 3  # cards that are shown of a mail
_BYTES = 256 * 1024  # of one file; pictures make them long
_LINES = 2000
_EACH = 5  # addresses, and numbers, of one card
_LONGEST = 200
_LINE = re.compile(r"\A(?:[A-Za-z0-9-]{1,40}\.)?([A-Za-z-]{1,40})((?:;[^:;]{0,200}){0,20}):(.*)")


@dataclass(slots=True)
class Card:
    """What one card says."""

    name: str
    organisation: str = ""
    title: str = ""
    addresses: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON keeps it."""
        return asdict(self)


def read(data: bytes, *, charset: str = "") -> list[Card]:
    """The cards in a file, three at most; none where nothing has a name. Never raises."""
    text = charsets.decode(data[:_BYTES], charset or "utf-8")
    text = re.sub(r"=\n", "", re.sub(r"\n[ \t]", "", text))
    found: list[Card] = []
    card: Card | None = None
    for line in text.split("\n")[:_LINES]:
        upper = line.strip().upper()
        if upper == "BEGIN:VCARD":
            card = Card("")
        elif upper == "END:VCARD" and card is not None:
            card.name = card.name or card.organisation
            if card.name and len(found) < MOST:
                found.append(card)
            card = None
        elif card is not None:
            _add(card, line)
    return found


def _add(card: Card, line: str) -> None:
    match = _LINE.match(line[:4000].rstrip())
    if match is None:
        return
    label, hints = match[1].upper(), match[2].upper()
    value = _value(match[3], hints)
    if label == "FN":
        card.name = _one_line(value) or card.name
    elif label == "N" and not card.name:
        family, given = (*_parts(value), "", "")[:2]
        card.name = f"{given} {family}".strip()
    elif label == "ORG":
        card.organisation = ", ".join(one for one in _parts(value) if one)[:_LONGEST]
    elif label == "TITLE":
        card.title = _one_line(value)
    elif label == "EMAIL":
        address = _one_line(value).removeprefix("mailto:")
        if addresses.is_address(address) and len(card.addresses) < _EACH:
            card.addresses.append(address[:ADDRESS_CHARS])
    elif label == "TEL" and len(card.phones) < _EACH:
        number = re.sub(r"[^0-9+()./ -]", "", _one_line(value).removeprefix("tel:")).strip()
        if number:
            card.phones.append(number[:40])


def _value(text: str, hints: str) -> str:
    if "QUOTED-PRINTABLE" not in hints:
        return text
    charset = re.search(r"CHARSET=([A-Z0-9_-]{2,40})", hints)
    data = quopri.decodestring(text.encode("utf-8", "replace"))
    return charsets.decode(data, charset[1] if charset else "utf-8")


def _parts(value: str) -> list[str]:
    """The parts of a value that semicolons divide, where no backslash stands before one."""
    return [_one_line(one) for one in re.split(r"(?<!\\);", value)[:10]]


def _one_line(value: str) -> str:
    text = re.sub(r"\\([\\,;:])", r"\1", re.sub(r"\\[nN]", " ", value))
    return " ".join(text.split())[:_LONGEST]
