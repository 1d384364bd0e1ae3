"""From raw bytes to what a person would see in the mail. Pure: no database, no network."""

from __future__ import annotations

import html as entities

from foredesk.channels.mail import (
    addresses,
    encoded_words,
    fields,
    mime,
    plain_text,
    sanitising,
    sorting,
)
from foredesk.channels.mail.contents import Mail, Piece
from foredesk.channels.mail.limits import ATTACHMENTS, SUBJECT_CHARS, TEXT_CHARS


def read(raw: bytes) -> Mail:
    """Read a mail. Never raises for any bytes; what is not there is empty."""
    root = mime.split(raw)
    hint = fields.charset_of(root)
    authors = addresses.parse(root.first(b"from"), hint)
    authors = authors or addresses.parse(root.first(b"sender"), hint)
    mail = Mail(
        root=root,
        author=next((one for one in authors if "@" in one.value), authors[0] if authors else None),
        reply_to=addresses.parse(root.first(b"reply-to"), hint),
        to=fields.people(root, b"to", hint),
        cc=fields.people(root, b"cc", hint),
        subject=encoded_words.text_of(root.first(b"subject"), hint)[:SUBJECT_CHARS],
        message_id=fields.first_id(root.first(b"message-id")),
        references=fields.references(root),
        date=fields.date_of(root.first(b"date")),
        hint=hint,
        is_cut=root.is_cut,
    )
    pieces: list[Piece] = []
    sorting.sort(root, mail, pieces)
    _settle(mail, pieces)
    if len(mail.files) > ATTACHMENTS:
        del mail.files[ATTACHMENTS:]
        mail.is_cut = True
    return mail


def _settle(mail: Mail, pieces: list[Piece]) -> None:
    """Put the pieces of the body together; a lone text file is the body after all."""
    if not mail.root.is_multipart and not pieces and len(mail.files) == 1:
        only = mail.files[0]
        if only.content_type in ("text/plain", "text/html"):
            mail.files.clear()
            sorting.add_body(mail.root, only.data, mail, pieces)
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


def _text_of(piece: Piece) -> str:
    if piece.text is not None and piece.text.strip():
        return piece.text.strip("\n")
    return plain_text.text_of(sanitising.sanitise(piece.html)) if piece.html else ""


def as_html(text: str) -> str:
    """Plain text as HTML that keeps its lines."""
    return entities.escape(text, quote=False).replace("\n", "<br>\n")
