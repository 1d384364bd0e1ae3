"""Content-Type and Content-Disposition: the value and its parameters (RFC 2045, 2231)."""

import re
from urllib.parse import unquote_to_bytes

from foredesk.channels.mail import charsets, encoded_words
from foredesk.channels.mail.limits import FIELD_BYTES

_PIECES = 100
_CONTINUED = re.compile(r"(.+?)(?:\*([0-9]{1,4}))?(\*)?")


def parse(raw: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """(lower-case value, parameters) of a header such as `text/plain; charset="utf-8"`."""
    text = charsets.header(raw[:FIELD_BYTES], hint)
    value, *pieces = _split(text)
    plain: dict[str, str] = {}
    parts: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in pieces:
        name, equals, content = piece.partition("=")
        name = name.strip().lower()
        if not equals or not name or len(name) > 60:
            continue
        content = _unquote(content.strip())
        match = _CONTINUED.fullmatch(name)
        if match and (match[2] is not None or match[3]):
            parts.setdefault(match[1], []).append((int(match[2] or 0), bool(match[3]), content))
        else:
            plain.setdefault(name, content)
    for name, continued in parts.items():
        joined = _join(continued)
        if joined or name not in plain:
            plain[name] = joined
    return encoded_words.one_line(value).lower(), plain


def _split(text: str) -> list[str]:
    """Cut at semicolons outside quotes, in one pass; an open quote reaches to the end."""
    out: list[str] = []
    start = position = 0
    quoted = False
    for match in re.finditer(r'[;"\\]', text):
        at = match.start()
        if at < position:
            continue
        char = match[0]
        if char == "\\" and quoted:
            position = at + 2
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            out.append(text[start:at])
            start = at + 1
            if len(out) > _PIECES:
                return out
    if quoted and '"' in text[start:]:
        head = text[start:].split(";")
        return [*out, *head[:_PIECES]] if text[start:].count('"') == 1 else [*out, text[start:]]
    out.append(text[start:])
    return out


def _unquote(content: str) -> str:
    if content[:1] == '"':
        inner = content[1:-1] if len(content) > 1 and content[-1] == '"' else content[1:]
        # "C:\dir\file" is meant as it is; \" and \\ are quotings
        return re.sub(r'\\(["\\])', r"\1", inner)
    if content[:1] == "'" and content[-1:] == "'" and len(content) > 1 and "''" not in content:
        return content[1:-1]
    return content


def _join(continued: list[tuple[int, bool, str]]) -> str:
    """Put the numbered pieces of RFC 2231 together and undo their per-cent signs."""
    charset = ""
    data = b""
    for index, (_, is_encoded, content) in enumerate(sorted(continued, key=lambda piece: piece[0])):
        if is_encoded and index == 0 and content.count("'") >= 2:
            charset, _language, content = content.split("'", 2)
        raw = content.encode("utf-8", "replace")
        data += unquote_to_bytes(raw) if is_encoded else raw
    return charsets.decode(data, charset or "utf-8")
