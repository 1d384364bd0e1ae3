"""From raw bytes to what a person would see in the mail. Pure: no database, no network."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from foredesk.channels.mail import (
    addresses,
    charsets,
    encoded_words,
    invitations,
    mime,
    names,
    parameters,
    plain_text,
    sanitising,
    signed,
    tnef,
    transfer,
)
from foredesk.channels.mail.invitations import Invitation
from foredesk.channels.mail.limits import (
    ATTACHMENTS,
    DEPTH,
    ID_CHARS,
    REFERENCES,
    SUBJECT_CHARS,
    TEXT_CHARS,
)
from foredesk.channels.mail.mime import Part
from foredesk.tickets.arrivals import Address

_ID = re.compile(r"<\s*([^<>\s]{1,500})\s*>")
_NEVER_TEXT = ("image/", "audio/", "video/", "application/", "message/")
_TOKEN = re.compile(r"[!-~]+")


@dataclass(slots=True)
class File:
    """An attached file: cleaned name ("" when it came without one), claimed type, its bytes."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    is_inline: bool = False


@dataclass(slots=True)
class Mail:
    """A mail as a person would see it. `html` is sanitised; ids have no angle brackets.

    `signed` is "pgp" or "smime" when a signature came along, whoever made it; `hint` the charset
    that raw eight-bit headers are taken for.
    """

    root: Part
    author: Address | None
    reply_to: list[Address]
    to: list[Address]
    cc: list[Address]
    subject: str
    message_id: str
    references: list[str]
    date: datetime | None
    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    invitation: Invitation | None = None
    signed: str = ""
    hint: str = ""
    is_cut: bool = False


@dataclass(slots=True)
class _Piece:
    """A stretch of the visible body, in one or both forms."""

    text: str | None = None
    html: str | None = None


def read(raw: bytes) -> Mail:
    """Read a mail. Never raises for any bytes; what is not there is empty."""
    root = mime.split(raw)
    hint = _charset(root)
    authors = addresses.parse(root.first(b"from"), hint)
    authors = authors or addresses.parse(root.first(b"sender"), hint)
    mail = Mail(
        root=root,
        author=next((one for one in authors if "@" in one.value), authors[0] if authors else None),
        reply_to=addresses.parse(root.first(b"reply-to"), hint),
        to=_people(root, b"to", hint),
        cc=_people(root, b"cc", hint),
        subject=encoded_words.text_of(root.first(b"subject"), hint)[:SUBJECT_CHARS],
        message_id=_first_id(root.first(b"message-id")),
        references=_references(root),
        date=_date(root.first(b"date")),
        hint=hint,
        is_cut=root.is_cut,
    )
    pieces: list[_Piece] = []
    _walk(root, mail, pieces)
    _settle(mail, pieces)
    if len(mail.files) > ATTACHMENTS:
        del mail.files[ATTACHMENTS:]
        mail.is_cut = True
    return mail


def _charset(part: Part) -> str:
    """The charset of the first text in the mail, "" when none is named."""
    while part.parts:
        part = part.parts[0]
    return part.params.get("charset", "")


def _people(root: Part, name: bytes, hint: str) -> list[Address]:
    found: dict[str, Address] = {}
    for value in root.all(name)[:20]:
        for one in addresses.parse(value, hint):
            if "@" in one.value:
                found.setdefault(one.value.lower(), one)
    return list(found.values())


def _first_id(value: bytes) -> str:
    text = charsets.decode(value[:4096])
    match = _ID.search(text)
    if match:
        return match[1]
    token = _TOKEN.search(text)
    return token[0].strip("<>")[:ID_CHARS] if token else ""


def _references(root: Part) -> list[str]:
    """Ids of earlier messages, nearest first: In-Reply-To, then References from its end."""
    found: dict[str, None] = {}
    for name, is_backwards in ((b"in-reply-to", False), (b"references", True)):
        text = " ".join(charsets.decode(value) for value in root.all(name)[:5])
        ids = _ID.findall(text) or [one for one in text.split() if "@" in one]
        for one in reversed(ids) if is_backwards else ids:
            if len(one) <= ID_CHARS:
                found.setdefault(one)
    return list(found)[:REFERENCES]


def _date(value: bytes) -> datetime | None:
    """The Date field in UTC; None when it is missing, broken or out of this world."""
    try:
        at = parsedate_to_datetime(encoded_words.text_of(value[:200]))
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return at if 1990 <= at.year <= 2100 else None


def _walk(part: Part, mail: Mail, pieces: list[_Piece]) -> None:
    """Sort every part into the visible body or the files; at most 50 levels deep (mime.split)."""
    if not part.is_multipart:
        _leaf(part, mail, pieces)
    elif part.type == "multipart/alternative":
        _alternative(part, mail, pieces)
    else:
        for child in part.parts:
            _walk(child, mail, pieces)


def _alternative(part: Part, mail: Mail, pieces: list[_Piece]) -> None:
    """One piece with all its forms; what is neither text nor HTML is a file."""
    inner: list[_Piece] = []
    for child in part.parts:
        if child.type != "text/x-amp-html":
            _walk(child, mail, inner)
    texts = [one.text for one in inner if one.text is not None and one.text.strip()]
    htmls = [one.html for one in inner if one.html is not None]
    if texts or htmls:
        text = texts[0] if texts else None
        if len(texts) > 1:
            text = "\n\n".join(dict.fromkeys(texts))
        pieces.append(_Piece(text, "<br>".join(htmls) if htmls else None))


def _leaf(part: Part, mail: Mail, pieces: list[_Piece]) -> None:
    disposition = ""
    hints: dict[str, str] = {}
    declared = part.first(b"content-disposition")
    if declared:
        disposition, hints = parameters.parse(declared, mail.hint)
    name = names.cleaned(hints.get("filename") or hints.get("name") or part.params.get("name", ""))
    content_type = part.type
    is_text = content_type in ("text/plain", "text/html") or (
        part.depth == 0
        and content_type != "text/calendar"
        and not content_type.startswith(_NEVER_TEXT)
    )
    is_body = is_text and not disposition.startswith("attachment") and not name
    data = transfer.undo(part.body, charsets.decode(part.first(b"content-transfer-encoding")[:80]))
    if is_body:
        _body(part, data, mail, pieces)
        return
    if _opens(part, name, data, mail, pieces):
        return
    if content_type.startswith("multipart/"):
        content_type = "text/plain"  # a multipart without a single delimiter
    content_id = _content_id(part)
    if not name and content_type == "message/rfc822":
        subject = encoded_words.text_of(mime.split(data[:65536]).first(b"subject"))
        name = names.invented(content_type, stem=subject or "message")
    if content_type == "text/calendar" and mail.invitation is None:
        mail.invitation = invitations.read(data, charset=part.params.get("charset", ""))
    mail.files.append(
        File(
            name=name,
            content_type=content_type[:120],
            data=data,
            content_id=content_id,
            is_inline=content_type.startswith("image/")
            and not disposition.startswith("attachment"),
        )
    )


def _opens(part: Part, name: str, data: bytes, mail: Mail, pieces: list[_Piece]) -> bool:
    """Whether the part was only a wrapping: signatures, signed letters and winmail.dat are."""
    if part.type in signed.SIGNATURES:
        mail.signed = mail.signed or signed.SIGNATURES[part.type]
        return not name
    if signed.is_opaque(part) and part.depth < DEPTH:
        letter = signed.letter_in(data)
        if letter is None:
            return False
        mail.signed = signed.SMIME
        inner = mime.split(letter, depth=part.depth + 1)
        mail.is_cut = mail.is_cut or inner.is_cut
        _walk(inner, mail, pieces)
        return True
    if tnef.is_tnef(part.type, name):
        return _unpack(data, mail, pieces)
    return False


def _unpack(data: bytes, mail: Mail, pieces: list[_Piece]) -> bool:
    try:
        packed = tnef.unpack(data)
    except tnef.NotTnef:
        return False
    if not packed.files and not packed.text and not packed.html:
        return False
    for one in packed.files:
        content_type = one.content_type or names.type_of(one.name)
        mail.files.append(
            File(
                names.cleaned(one.name),
                content_type,
                one.data,
                one.content_id,
                is_inline=bool(one.content_id) and content_type.startswith("image/"),
            )
        )
    if not pieces and (packed.text.strip() or packed.html):
        pieces.append(_Piece(packed.text or None, packed.html or None))
    return True


def _content_id(part: Part) -> str:
    return _first_id(part.first(b"content-id"))[:300]


def _body(part: Part, data: bytes, mail: Mail, pieces: list[_Piece]) -> None:
    label = part.params.get("charset", "")
    if part.type == "text/html":
        text = charsets.decode(data, label or charsets.html_label(data))
        pieces.append(_Piece(html=text))
    else:
        data, files = transfer.uu_files(data)
        for claimed, content in files:
            title = names.cleaned(encoded_words.text_of(claimed, label))
            mail.files.append(File(title, names.type_of(title), content))
        if signed.is_clear_signed(data):
            mail.signed = mail.signed or signed.PGP
        text = charsets.decode(data, label)
        if part.params.get("format", "").lower() == "flowed":
            text = _unflow(text, part.params.get("delsp", "").lower() == "yes")
        pieces.append(_Piece(text=text))
    if len(text) > TEXT_CHARS:
        mail.files.append(File(names.invented(part.type, stem="whole text"), part.type, data))
        mail.is_cut = True


def _unflow(text: str, deletes_space: bool) -> str:
    """Join the lines of format=flowed (RFC 3676) whose break was made by the program."""
    out: list[str] = []
    joins = False
    depth_before = 0
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        is_soft = content.endswith(" ") and content != "-- "
        if joins and depth == depth_before and content != "-- ":
            out.append(content)
        else:
            quote = ">" * depth + (" " if depth else "")
            out.append("\n" + quote + content if out else quote + content)
        if is_soft and deletes_space:
            out[-1] = out[-1][:-1]
        joins, depth_before = is_soft, depth
    return "".join(out)


def _settle(mail: Mail, pieces: list[_Piece]) -> None:
    """Put the pieces of the body together; a lone text file is the body after all."""
    if not mail.root.is_multipart and not pieces and len(mail.files) == 1:
        only = mail.files[0]
        if only.content_type in ("text/plain", "text/html"):
            mail.files.clear()
            _body(mail.root, only.data, mail, pieces)
    if any(one.html is not None for one in pieces):
        mail.html = sanitising.sanitise(
            "<br>".join(as_html(one.text or "") if one.html is None else one.html for one in pieces)
        )
    if any((one.text or "").strip() for one in pieces):
        texts = [_text_of(one) for one in pieces]
        mail.text = "\n\n".join(text for text in texts if text.strip())
    else:
        mail.text = plain_text.text_of(mail.html)
    if not mail.text and mail.invitation:
        mail.text = mail.invitation.summary
    mail.text = mail.text[:TEXT_CHARS].rstrip()
    shown = entities.unescape(mail.html) if any(one.is_inline for one in mail.files) else ""
    for one in mail.files:
        one.is_inline = bool(one.content_id) and one.is_inline and f"cid:{one.content_id}" in shown


def _text_of(piece: _Piece) -> str:
    if piece.text is not None and piece.text.strip():
        return piece.text.strip("\n")
    return plain_text.text_of(sanitising.sanitise(piece.html)) if piece.html else ""


def as_html(text: str) -> str:
    """Plain text as HTML that keeps its lines."""
    return entities.escape(text, quote=False).replace("\n", "<br>\n")
