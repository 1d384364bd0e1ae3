"""Which parts of a mail are shown, which are files, and what was only a wrapping."""

from __future__ import annotations

from foredesk.channels.mail import (
    charsets,
    encoded_words,
    fields,
    flowed,
    invitations,
    mime,
    names,
    parameters,
    signed,
    tnef,
    transfer,
    vcards,
)
from foredesk.channels.mail.contents import File, Mail, Piece
from foredesk.channels.mail.limits import DEPTH, TEXT_CHARS
from foredesk.channels.mail.mime import Part

_NEVER_TEXT = ("image/", "audio/", "video/", "application/", "message/")


def sort(part: Part, mail: Mail, pieces: list[Piece]) -> None:
    """Sort every part into the visible body or the files; at most 50 levels deep (mime.split)."""
    if not part.is_multipart:
        _leaf(part, mail, pieces)
    elif part.type == "multipart/alternative":
        _alternative(part, mail, pieces)
    else:
        for child in part.parts:
            sort(child, mail, pieces)


def _alternative(part: Part, mail: Mail, pieces: list[Piece]) -> None:
    """One piece with all its forms; what is neither text nor HTML is a file."""
    inner: list[Piece] = []
    for child in part.parts:
        if child.type != "text/x-amp-html":
            sort(child, mail, inner)
    texts = [one.text for one in inner if one.text is not None and one.text.strip()]
    htmls = [one.html for one in inner if one.html is not None]
    if texts or htmls:
        text = texts[0] if texts else None
        if len(texts) > 1:
            text = "\n\n".join(dict.fromkeys(texts))
        pieces.append(Piece(text, "<br>".join(htmls) if htmls else None))


def _leaf(part: Part, mail: Mail, pieces: list[Piece]) -> None:
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
        add_body(part, data, mail, pieces)
        return
    if _opens(part, name, data, mail, pieces):
        return
    if content_type.startswith("multipart/"):
        content_type = "text/plain"  # a multipart without a single delimiter
    content_id = fields.first_id(part.first(b"content-id"))[:300]
    if not name and content_type == "message/rfc822":
        subject = encoded_words.text_of(mime.split(data[:65536]).first(b"subject"))
        name = names.invented(content_type, stem=subject or "message")
    if content_type in vcards.TYPES or name.lower().endswith(".vcf"):
        found = vcards.read(data, charset=part.params.get("charset", ""))
        mail.cards = [*mail.cards, *found][: vcards.MOST]
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


def _opens(part: Part, name: str, data: bytes, mail: Mail, pieces: list[Piece]) -> bool:
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
        sort(inner, mail, pieces)
        return True
    if tnef.is_tnef(part.type, name):
        return _unpack(data, mail, pieces)
    return False


def _unpack(data: bytes, mail: Mail, pieces: list[Piece]) -> bool:
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
        pieces.append(Piece(packed.text or None, packed.html or None))
    return True


def add_body(part: Part, data: bytes, mail: Mail, pieces: list[Piece]) -> None:
    """Take the bytes of a part as text or HTML that is shown."""
    label = part.params.get("charset", "")
    if part.type == "text/html":
        text = charsets.decode(data, label or charsets.html_label(data))
        pieces.append(Piece(html=text))
    else:
        data, files = transfer.uu_files(data)
        for claimed, content in files:
            title = names.cleaned(encoded_words.text_of(claimed, label))
            mail.files.append(File(title, names.type_of(title), content))
        if signed.is_clear_signed(data):
            mail.signed = mail.signed or signed.PGP
        text = charsets.decode(data, label)
        if part.params.get("format", "").lower() == "flowed":
            text = flowed.unflow(text, deletes_space=part.params.get("delsp", "").lower() == "yes")
        pieces.append(Piece(text=text))
    if len(text) > TEXT_CHARS:
        mail.files.append(File(names.invented(part.type, stem="whole text"), part.type, data))
        mail.is_cut = True
