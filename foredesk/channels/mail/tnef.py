"""winmail.dat: the envelope that Outlook puts around files for its own kind (MS-OXTNEF).

A reader of its own because it meets hostile bytes: one pass, no recursion, everything counted. What
Outlook's rich text says is in the mail's plain part as well and is not read from here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from foredesk.channels.mail import charsets
from foredesk.channels.mail.limits import ATTACHMENTS

TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_SIGNATURE = b"\x78\x9f\x3e\x22"
_OBJECTS = 5000
_PROPERTIES = 2000
_BODY, _DATA, _TITLE = 0x800C, 0x800F, 0x8010
_MESSAGE_PROPERTIES, _FILE_BEGINS, _FILE_PROPERTIES = 0x9003, 0x9002, 0x9005
_PAGE = 0x9007
_TEXT, _HTML, _NAME, _LONG_NAME = 0x1000, 0x1013, 0x3704, 0x3707
_CONTENT, _CONTENT_ID, _CONTENT_TYPE = 0x3701, 0x3712, 0x370E
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_STRING, _WIDE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102


@dataclass(slots=True)
class Packed:
    """A file in the envelope."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Winmail:
    """What is in the envelope."""

    text: str
    html: str
    files: list[Packed]


class NotTnef(ValueError):
    """The bytes are not such an envelope, or are torn."""


def is_tnef(content_type: str, name: str) -> bool:
    """Whether a part claims to be such an envelope."""
    return content_type in TYPES or name.lower() == "winmail.dat"


def unpack(data: bytes) -> Winmail:
    """The texts and files in `data`; what comes before a torn place is kept. Raises NotTnef."""
    if not data.startswith(_SIGNATURE):
        raise NotTnef("The signature is missing.")
    found = Winmail("", "", [])
    page = ""
    position = 6
    for _ in range(_OBJECTS):
        if position + 11 > len(data):
            break
        _level, name, _kind, length = struct.unpack_from("<BHHI", data, position)
        content = data[position + 9 : position + 9 + length]
        position += length + 11
        if len(content) < length:
            break
        if name == _PAGE and length >= 4:
            page = f"cp{struct.unpack_from('<I', content)[0]}"
        elif name == _BODY:
            found.text = found.text or _string(content, page)
        elif name == _MESSAGE_PROPERTIES:
            _message(_properties(content), found, page)
        elif name == _FILE_BEGINS:
            if len(found.files) >= ATTACHMENTS:
                break
            found.files.append(Packed())
        elif found.files and name == _TITLE:
            found.files[-1].name = found.files[-1].name or _string(content, page)
        elif found.files and name == _DATA:
            found.files[-1].data = content
        elif found.files and name == _FILE_PROPERTIES:
            _file(_properties(content), found.files[-1], page)
    found.files = [one for one in found.files if one.data]
    return found


def _message(properties: dict[int, tuple[int, bytes]], found: Winmail, page: str) -> None:
    found.text = _said(properties, _TEXT, page) or found.text
    if _HTML in properties:
        raw = properties[_HTML][1]
        found.html = _said(properties, _HTML, charsets.html_label(raw) or page)


def _file(properties: dict[int, tuple[int, bytes]], one: Packed, page: str) -> None:
    one.name = _said(properties, _LONG_NAME, page) or _said(properties, _NAME, page) or one.name
    one.content_id = _said(properties, _CONTENT_ID, page).strip("<>")[:300]
    one.content_type = _said(properties, _CONTENT_TYPE, page).lower()[:120]
    if _CONTENT in properties and not one.data:
        kind, raw = properties[_CONTENT]
        one.data = raw[16:] if kind == _OBJECT else raw


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """MAPI properties by their number, as (type, bytes); ends quietly where they are torn."""
    found: dict[int, tuple[int, bytes]] = {}
    position = 4
    try:
        for _ in range(min(struct.unpack_from("<I", data)[0], _PROPERTIES)):
            kind, number = struct.unpack_from("<HH", data, position)
            position += 4
            if number >= 0x8000:
                position = _after_name(data, position)
            base = kind & ~0x1000
            count = 1
            if kind & 0x1000 or base in (_STRING, _WIDE, _OBJECT, _BINARY):
                count = struct.unpack_from("<I", data, position)[0]
                position += 4
            if count > _PROPERTIES:
                break
            for _ in range(count):
                if base in _FIXED:
                    size = _FIXED[base]
                else:
                    size = struct.unpack_from("<I", data, position)[0]
                    position += 4
                value = data[position : position + size]
                position += size + -size % 4
                if len(value) < size:
                    return found
                found.setdefault(number, (base, value))
    except struct.error:
        pass
    return found


def _after_name(data: bytes, position: int) -> int:
    """Where a named property goes on behind its GUID and name."""
    position += 16
    kind, size = struct.unpack_from("<II", data, position)
    return position + 8 if kind == 0 else position + 8 + size + -size % 4


def _said(properties: dict[int, tuple[int, bytes]], number: int, page: str) -> str:
    if number not in properties:
        return ""
    kind, raw = properties[number]
    if kind == _WIDE:
        return charsets.clean(raw.decode("utf-16-le", "replace").rstrip("\0"))
    return _string(raw, page)


def _string(raw: bytes, page: str) -> str:
    return charsets.decode(raw.rstrip(b"\0"), page)
