"""Undo the transfer encodings of RFC 2045, and what careless programs made of them."""

import binascii
import quopri
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_UU = re.compile(rb"(?:^|\n)begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200})\r?\n")
_NEWLINES = re.compile(rb"\r\n|\r")


def undo(data: bytes, encoding: str) -> bytes:
    """The bytes behind a Content-Transfer-Encoding; an unknown one leaves them as they are."""
    name = encoding.strip(" \t\r\n\"'").lower()
    if name.startswith("base64"):
        return base64(data)
    if name.startswith("quoted"):
        return quopri.decodestring(data)
    if name in ("x-uuencode", "uuencode", "uue", "x-uue"):
        start = _UU.search(data)
        return uudecode(data, start.end())[0] if start else data
    return data


def base64(data: bytes) -> bytes:
    """Lenient base64: foreign characters are skipped, a cut end costs only itself."""
    try:
        return binascii.a2b_base64(data, strict_mode=False)
    except binascii.Error:
        pass
    pure = _NOT_BASE64.sub(b"", data)
    if len(pure) % 4 == 1:
        pure = pure[:-1]
    try:
        return binascii.a2b_base64(pure + b"=" * (-len(pure) % 4))
    except binascii.Error:
        return b""


def uudecode(data: bytes, position: int) -> tuple[bytes, int]:
    """The file whose lines begin at `position`, and where it ends; stops at the first odd line."""
    out = []
    while position < len(data):
        end = data.find(b"\n", position)
        end = len(data) if end < 0 else end
        line = data[position:end].rstrip(b"\r")
        position = end + 1
        if line.strip() == b"end":
            break
        if not line or line[0] in b"` ":
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # some encoders count the filling wrongly: take what the length byte says
            size = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:size]))
            except binascii.Error:
                break
    return b"".join(out), min(position, len(data))


def uu_files(text: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Take uuencoded files out of a plain text: (what is left, [(name, bytes)])."""
    if b"\nend" not in text or b"begin" not in text:
        return text, []
    files: list[tuple[bytes, bytes]] = []
    kept = []
    position = 0
    for start in _UU.finditer(text):
        if start.start() < position or len(files) >= 100:
            continue
        content, after = uudecode(text, start.end())
        if not content or not text[start.end() : after].rstrip().endswith(b"end"):
            continue
        kept.append(text[position : start.start()])
        files.append((start[1].strip(), content))
        position = after
    kept.append(text[position:])
    return b"\n".join(kept) if files else text, files
