"""Address lists (RFC 5322, 3.4) as they really come, read in one pass."""

import re

from foredesk.channels.mail import charsets, encoded_words
from foredesk.channels.mail.limits import ADDRESS_CHARS, ADDRESSES, FIELD_BYTES, NAME_CHARS
from foredesk.tickets.arrivals import Address

_SPECIAL = re.compile(r'[",;:<>()\\]')
_QUOTED = re.compile(r'"([^\0\s"\\,;:<>()@]{1,64})"(@.*)')
_BARE = re.compile(r"[^\s<>\"',;:()\[\]\\]{1,64}@[^\s<>\"',;:()\\@]{1,255}")
_BLANK = "\0"  # a blank in quotes before an @; no header has this sign after charsets.header
_STRAY = 3


def parse(raw: bytes, hint: str = "") -> list[Address]:
    """The people in a raw header value; 500 at most. Never raises. `hint`: the body's charset."""
    text = charsets.header(raw[:FIELD_BYTES], hint).replace("\n", " ")
    found, is_torn = _scan(text)
    if "=?" in text and not any("@" in one.value for one in found):
        found, is_torn = _scan(encoded_words.decode(text))  # all of it was encoded, brackets too
    if is_torn and not any("@" in one.value for one in found):
        found = [Address(match[0]) for match in _BARE.finditer(text)][:ADDRESSES]
    return found


def is_address(value: str) -> bool:
    """Whether mail can be sent to `value` at all."""
    local, at, domain = value.rpartition("@")
    return bool(at and local and domain) and len(value) <= ADDRESS_CHARS and " " not in value


class _Entry:
    """What is known of one address while the scanner is inside it."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None

    @property
    def phrase(self) -> str:
        """Its words outside brackets, when it has no address at all, else ""."""
        phrase = "".join(self.words)
        return "" if self.angle is not None or "@" in phrase else _name(phrase)

    def address(self) -> Address | None:
        phrase = "".join(self.words)
        name = _name(phrase)
        if self.angle is None:
            if "@" not in phrase:
                bare = "".join(phrase.split())
                return Address(bare) if bare and len(bare) <= 64 else None
            value = next(word for word in phrase.split() if "@" in word)
            rest = phrase.replace(value, " ")
            name = _name(rest) or _name(" ".join(self.comments))
            if " @ " in phrase:
                value, name = phrase.replace(" ", ""), ""
        else:
            value = self.angle
            name = name or _name(" ".join(self.comments))
        if "=?" in value:
            value = encoded_words.decode(value)
        value = "".join(value.split())
        quoted = _QUOTED.fullmatch(value)
        value = quoted[1] + quoted[2] if quoted else value
        value = value.lstrip("<>',;[").rstrip("<>'\",;]").removeprefix("mailto:")
        value = value if value.count('"') > 1 else value.strip('"')
        value = value.replace(_BLANK, " ")
        if value.startswith("@") and ":" in value:
            value = value.rpartition(":")[2]  # an old source route
        if not value or len(value) > ADDRESS_CHARS:
            return None
        return Address(value, "" if name == value else name)


def _scan(text: str) -> tuple[list[Address], bool]:
    """(addresses, whether a quote, comment or bracket was left open)."""
    found: list[Address] = []
    stray: list[str] = []
    entry = _Entry()
    start = skip = depth = 0
    state = ""
    buffer: list[str] = []
    for match in _SPECIAL.finditer(text):
        at = match.start()
        if at < skip:
            continue
        char = match[0]
        if char == "\\":
            if state in ('"', "("):
                buffer.append(text[start:at] + text[at + 1 : at + 2])
                start = skip = at + 2
            continue
        if state == '"':
            if char == '"':
                entry.words.append(_unquoted("".join(buffer) + text[start:at], text, at + 1))
                buffer, state, start = [], "", at + 1
            continue
        if state == "(":
            depth += {"(": 1, ")": -1}.get(char, 0)
            if depth == 0:
                entry.comments.append("".join(buffer) + text[start:at])
                buffer, state, start = [], "", at + 1
            continue
        if state == "<":
            if char == ">":
                entry.angle = text[start:at]
                state, start = "", at + 1
            elif char == "<":
                start = at + 1
            continue
        if char in '"(<':
            entry.words.append(text[start:at])
            state, start, depth = char, at + 1, 1
        elif char in ",;":
            entry.words.append(text[start:at])
            start = at + 1
            _finish(entry, found, stray)
            entry = _Entry()
            if len(found) >= ADDRESSES:
                return found, False
        elif char == ":" and entry.angle is None and "@" not in text[start:at]:
            entry = _Entry()  # the name of a group
            start = at + 1
        elif char == ":":
            entry.words.append(text[start : at + 1])
            start = at + 1
    if state == "<":
        entry.angle = text[start:]
    else:
        entry.words.append("".join(buffer) + text[start:])
    _finish(entry, found, stray)
    return found, bool(state)


def _finish(entry: _Entry, found: list[Address], stray: list[str]) -> None:
    """Take the entry in; `stray` holds the words before it that a comma cut off its name."""
    address = entry.address()
    if address is None:
        return
    if entry.phrase:
        stray.append(entry.phrase)
    elif stray:
        if entry.angle is not None and len(stray) <= _STRAY:
            del found[-len(stray) :]
            name = ", ".join([*stray, address.name] if address.name else stray)
            address = Address(address.value, name[:NAME_CHARS])
        stray.clear()
    found.append(address)


def _unquoted(inner: str, text: str, after: int) -> str:
    """What stood in quotes; before an @ it is part of the address, blanks and all."""
    if text[after : after + 1] == "@" and " " in inner:
        return '"' + inner.replace(" ", _BLANK) + '"'
    return inner


def _name(phrase: str) -> str:
    text = encoded_words.decode(phrase) if "=?" in phrase else phrase
    text = encoded_words.one_line(text).strip("'\" ")
    return text[:NAME_CHARS]
