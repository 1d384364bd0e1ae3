"""The same mail by two roads is one mail: what counts is what the writer made."""

import hashlib

_COUNTED = (b"message-id", b"from", b"date", b"subject")


def fingerprint(raw: bytes) -> str:
    """SHA-256 over Message-ID, From, Date, Subject and body, as 64 hexadecimal characters.

    Line ends, trailing blanks and every header that servers add on the way don't count. It never
    fails, whatever the bytes are, and takes linear time.
    """
    text = raw.replace(b"\r\n", b"\n")
    if b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    head, _, body = text.lstrip(b"\n").partition(b"\n\n")
    digest = hashlib.sha256()
    for name, value in sorted(_counted_fields(head)):
        digest.update(name + b":" + b" ".join(value.split()) + b"\n")
    digest.update(b"\n")
    digest.update(b"\n".join(map(bytes.rstrip, body.split(b"\n"))).rstrip())
    return digest.hexdigest()


def _counted_fields(head: bytes) -> list[tuple[bytes, bytes]]:
    """The fields of the header that count; a folded one in one piece."""
    fields: list[tuple[bytes, bytes]] = []
    pieces: list[bytes] = []
    name = b""
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            pieces.append(line)
            continue
        if name in _COUNTED:
            fields.append((name, b" ".join(pieces)))
        label, colon, rest = line.partition(b":")
        name = label.strip().lower() if colon else b""
        pieces = [rest]
    if name in _COUNTED:
        fields.append((name, b" ".join(pieces)))
    return fields
