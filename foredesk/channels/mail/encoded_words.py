"""Encoded words in headers (RFC 2047), well-formed and otherwise, in linear time."""

from foredesk.channels.mail import charsets, transfer
from foredesk.channels.mail.limits import FIELD_BYTES


def text_of(raw: bytes, hint: str = "") -> str:
    """The readable text of a raw header value, on one line; `hint` is the body's charset."""
    text = charsets.header(raw[:FIELD_BYTES], hint)
    return one_line(decode(text) if "=?" in text else text)


def one_line(text: str) -> str:
    """Every run of white space as one blank."""
    return " ".join(text.split())


def decode(text: str) -> str:
    """`text` with its encoded words replaced; what is broken stays readable."""
    out: list[str] = []
    pending: list[bytes] = []  # neighbours of one charset: a character may be split over two
    charset = ""
    position = 0
    while (start := text.find("=?", position)) >= 0:
        word = _word(text, start)
        if word is None:
            if text.find("?=", start) < 0:
                break
            _flush(out, pending, charset)
            out.append(text[position : start + 2])
            position = start + 2
            continue
        between = text[position:start]
        if between.strip() or (between and not pending):
            _flush(out, pending, charset)
            out.append(between)
        elif word[0] != charset:
            _flush(out, pending, charset)
        charset = word[0]
        pending.append(word[1])
        position = word[2]
    _flush(out, pending, charset)
    out.append(text[position:])
    return charsets.clean("".join(out))


def _flush(out: list[str], pending: list[bytes], charset: str) -> None:
    if pending:
        out.append(charsets.decode(b"".join(pending), charset))
        pending.clear()


def _word(text: str, start: int) -> tuple[str, bytes, int] | None:
    """(charset, bytes, end) of the encoded word at `start`."""
    mark = text.find("?", start + 2, start + 80)
    if mark < 0 or text[mark + 2 : mark + 3] != "?":
        return None
    kind = text[mark + 1].lower()
    end = text.find("?=", mark + 3)
    if kind not in "bq" or end < 0:
        return None
    body = text[mark + 3 : end].encode("utf-8", "replace")
    data = transfer.base64(body) if kind == "b" else _q(body)
    if body and not data:
        return None
    return text[start + 2 : mark].lower(), data, end + 2


def _q(body: bytes) -> bytes:
    if b"=" not in body:
        return body.replace(b"_", b" ")
    head, *rest = body.replace(b"_", b" ").split(b"=")
    out = [head]
    for piece in rest:
        try:
            out.append(bytes.fromhex(piece[:2].decode("ascii")) + piece[2:])
        except ValueError:
            out.append(b"=" + piece)
    return b"".join(out)
