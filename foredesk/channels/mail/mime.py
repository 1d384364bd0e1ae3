"""Take a mail apart into its parts (RFC 2045, 2046), in one pass and without recursion.

The standard library's parser needs seconds for crafted mails and re-writes nested messages; here
every part keeps the exact bytes that came, and limits hold on the way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from foredesk.channels.mail import parameters
from foredesk.channels.mail.limits import DEPTH, FIELD_BYTES, FIELDS, HEADER_BYTES, PARTS

_DASHES = re.compile(rb"(?m)^--[^\r\n]*")
_FIELD = re.compile(rb"[!-9;-~]{1,80}+[ \t]{0,20}:")
_KNOWN = re.compile(
    rb"(?im)^(?:from|to|cc|subject|date|message-id|content-[a-z-]{2,40}|mime-version|reply-to"
    rb"|received|return-path|references|in-reply-to|x-[a-z0-9-]{1,60})[ \t]*:"
)


@dataclass(slots=True)
class Part:
    """One part; `fields` are (lower-case name, raw value), in their order."""

    raw: bytes
    depth: int
    fields: list[tuple[bytes, bytes]]
    body_start: int
    body_end: int = -1
    parts: list[Part] = field(default_factory=list)
    type: str = "text/plain"
    params: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False

    def first(self, name: bytes) -> bytes:
        """The first value of a field, or b""."""
        for label, value in self.fields:
            if label == name:
                return value
        return b""

    def all(self, name: bytes) -> list[bytes]:
        return [value for label, value in self.fields if label == name]

    @property
    def body(self) -> bytes:
        return self.raw[self.body_start : self.body_end]

    @property
    def is_multipart(self) -> bool:
        return bool(self.parts)


def split(raw: bytes, *, depth: int = 0) -> Part:
    """The tree of parts. Never raises; `is_cut` on the root says that a limit was hit."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    root = _part(raw, 0, depth, "text/plain", ())
    root.body_end = len(raw)
    stack: list[tuple[bytes, Part]] = []
    count = 1
    _push(stack, root)
    current: Part | None = None
    if not stack:
        return root
    position = root.body_start
    for match in _DASHES.finditer(raw, position):
        start = match.start()
        if start < position:
            continue
        level, closes = _level(stack, match[0])
        if level is None:
            continue
        edge = _before_newline(raw, start, position)
        if current is not None:
            current.body_end = max(edge, current.body_start)
        for _, ended in stack[level + 1 :]:
            ended.body_end = max(edge, ended.body_start)
        del stack[level + 1 :]
        current = None
        if closes:
            stack[level][1].body_end = match.end()
            del stack[level:]
            if not stack:
                break
            position = match.end()
            continue
        if count >= PARTS:
            root.is_cut = True
            break
        parent = stack[level][1]
        after = raw.find(b"\n", match.end())
        begin = len(raw) if after < 0 else after + 1
        default = "message/rfc822" if parent.type == "multipart/digest" else "text/plain"
        part = _part(raw, begin, parent.depth + 1, default, [mark for mark, _ in stack])
        part.body_end = len(raw)
        parent.parts.append(part)
        count += 1
        position = part.body_start
        if part.depth >= DEPTH:
            root.is_cut = True
            current = part
        elif not _push(stack, part):
            current = part
    return root


def _push(stack: list[tuple[bytes, Part]], part: Part) -> bool:
    """Whether the part is a multipart whose delimiter is known from now on."""
    if not part.type.startswith("multipart/"):
        return False
    mark = part.params.get("boundary", "").rstrip().encode("utf-8", "replace")
    if not mark or b"--" + mark not in part.raw[part.body_start :]:
        mark = _guess_boundary(part)
    if not mark:
        return False
    stack.append((mark, part))
    return True


def _guess_boundary(part: Part) -> bytes:
    """The delimiter that is used when the declared one is missing or wrong."""
    for match in _DASHES.finditer(part.raw, part.body_start):
        line = match[0].rstrip()
        after = part.raw[match.end() : match.end() + 400].lstrip(b"\r\n")
        if len(line) > 3 and _KNOWN.match(after):
            return line[2:]
        if part.raw.find(line + b"--", match.end()) >= 0 and len(line) > 2:
            return line[2:]
        if match.start() - part.body_start > HEADER_BYTES:
            break
    return b""


def _level(stack: list[tuple[bytes, Part]], line: bytes) -> tuple[int | None, bool]:
    """(the innermost open multipart that this line belongs to, whether it closes it)."""
    text = line[2:].rstrip()
    for level in range(len(stack) - 1, -1, -1):
        mark = stack[level][0]
        if text == mark:
            return level, False
        if text.startswith(mark) and text[len(mark) :].startswith(b"--"):
            return level, True
    return None, False


def _before_newline(raw: bytes, start: int, floor: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    if start > floor and raw[start - 1 : start] == b"\n":
        start -= 1
        if start > floor and raw[start - 1 : start] == b"\r":
            start -= 1
    return start


def _part(raw: bytes, begin: int, depth: int, default: str, marks) -> Part:
    """A part whose header begins at `begin`; the header ends at a delimiter too."""
    fields, body_start = _header(raw, begin, marks)
    part = Part(raw, depth, fields, body_start)
    part.type = default
    declared = part.first(b"content-type")
    if declared:
        value, part.params = parameters.parse(declared)
        value = value.replace(" ", "")
        if value in ("text", "text/"):
            value = "text/plain"
        part.type = value if "/" in value else ("text/plain" if not value else default)
    return part


def _header(raw: bytes, begin: int, marks) -> tuple[list[tuple[bytes, bytes]], int]:
    """(fields, where the body starts). Stray lines in a header don't end it."""
    fields: list[tuple[bytes, bytes]] = []
    name = b""
    pieces: list[bytes] = []
    size = 0
    position = begin
    total = len(raw)

    def close() -> None:
        if name and len(fields) < FIELDS:
            fields.append((name, b"".join(pieces)))

    while position < total:
        end = raw.find(b"\n", position)
        after = total if end < 0 else end + 1
        end = total if end < 0 else end
        if position - begin > HEADER_BYTES * 8:
            end = min(end, position + FIELD_BYTES)
        line = raw[position : min(end, position + FIELD_BYTES)]
        if line.endswith(b"\r"):
            line = line[:-1]
        if not line:
            close()
            return fields, after
        if line[:2] == b"--" and marks and _is_mark(line, marks):
            close()
            return fields, position
        if line[:1] in (b" ", b"\t"):
            if not line.strip() and not fields and not name:
                return fields, after
            if size < FIELD_BYTES:
                pieces.append(b"\n" + line)
                size += len(line)
            position = after
            continue
        match = _FIELD.match(line)
        if match:
            close()
            name = match[0][:-1].rstrip().lower()
            pieces = [line[match.end() :]]
            size = len(line)
        elif position == begin and line[:5] == b"From ":
            pass  # the envelope line of a mailbox file
        elif not _KNOWN.search(raw, after, _block_end(raw, after)):
            close()
            return fields, position
        elif name and size < FIELD_BYTES:
            pieces.append(b"\n " + line)  # a fold whose blank got lost
            size += len(line)
        position = after
    close()
    return fields, total


def _block_end(raw: bytes, position: int) -> int:
    limit = min(len(raw), position + 4096)
    for mark in (b"\n\n", b"\n\r\n"):
        found = raw.find(mark, position, limit)
        if found >= 0:
            limit = found
    return limit


def _is_mark(line: bytes, marks) -> bool:
    text = line[2:].rstrip()
    return any(text == mark or text == mark + b"--" for mark in marks)
