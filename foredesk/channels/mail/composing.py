"""Write a mail that leaves: what is said, to whom, in which thread.

The same input gives the same bytes, so that a second try is a duplicate that the receiver can drop.
Every header value is cleaned of control characters: nothing that anybody typed can add a header.
"""

from __future__ import annotations

import hashlib
import html as entities
import re
from dataclasses import dataclass, field
from datetime import datetime
from email import charset, policy
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime

from foredesk.channels.mail import plain_text
from foredesk.channels.mail.invitations import ANSWER_TYPE

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_UTF8 = charset.Charset("utf-8")
_UTF8.body_encoding = charset.QP
_POLICY = policy.compat32.clone(linesep="\r\n", max_line_length=0)
MAX_REFERENCES = 20
_GENERATED = ("auto-generated", "bulk")
MAX_QUOTE = 20_000  # characters


@dataclass(frozen=True)
class Person:
    """An address with an optional name."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Part:
    """A file that goes along; with `content_id` it is shown inside the HTML as `cid:`."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""


@dataclass(frozen=True)
class Quote:
    """The message that is answered."""

    name: str
    at: datetime
    text: str
    html: str


@dataclass(frozen=True)
class Letter:
    """All that a mail says. `references` are oldest first, the last one is answered.

    `is_automatic`: no person wrote it; `is_auto_reply`: and it answers a mail (RFC 3834).
    """

    message_id: str
    at: datetime
    sender: Person
    to: tuple[Person, ...]
    subject: str
    text: str
    html: str = ""
    cc: tuple[Person, ...] = ()
    reply_to: Person | None = None
    references: tuple[str, ...] = ()
    signature_html: str = ""
    quote: Quote | None = None
    files: tuple[Part, ...] = ()
    is_automatic: bool = False
    is_auto_reply: bool = False
    more: dict[str, str] = field(default_factory=dict)


def compose(letter: Letter) -> bytes:
    """The bytes of the mail, with CRLF, in lines short enough for every server."""
    body = _body(letter)
    beside = [one for one in letter.files if not one.content_id and not _is_calendar(one)]
    head = MIMEMultipart("mixed") if beside else None
    if head is not None:
        head.attach(body)
        for one in beside:
            head.attach(_file(one, "attachment"))
    mail = head if head is not None else body
    _bound(mail, letter.message_id)
    for name, value in _fields(letter):
        mail[name] = value
    return mail.as_bytes(policy=_POLICY)


def clean(text: str) -> str:
    """One line without control characters, fit for a header."""
    return " ".join(_CONTROL.sub(" ", text).split())


def person(one: Person) -> str:
    """`Name <address>` for a header; the name is encoded where it must be."""
    address = ascii_address(re.sub(r"[\s<>\",;()]", "", _CONTROL.sub("", one.address)))
    name = clean(one.name)[:200]
    if not name:
        return address
    if name.isascii() and "=?" not in name:
        if re.search(r"[^A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]", name):
            name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"{name} <{address}>"
    return f"{Header(name, 'utf-8', maxlinelen=70).encode(linesep=chr(10))} <{address}>"


def ascii_address(address: str) -> str:
    """The address with its domain in ASCII (IDNA), if it can be."""
    local, at, domain = address.rpartition("@")
    if not at or domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def _fields(letter: Letter) -> list[tuple[str, str]]:
    fields = [
        ("From", person(letter.sender)),
        ("To", _people(letter.to) or "undisclosed-recipients:;"),
        ("Subject", _subject(letter.subject)),
        ("Date", format_datetime(letter.at)),
        ("Message-ID", f"<{_id(letter.message_id)}>"),
    ]
    if letter.cc:
        fields.append(("Cc", _people(letter.cc)))
    if letter.reply_to:
        fields.append(("Reply-To", person(letter.reply_to)))
    references = [f"<{_id(one)}>" for one in letter.references if _id(one)]
    if references:
        fields.append(("In-Reply-To", references[-1]))
        fields.append(("References", "\n ".join(references[-MAX_REFERENCES:])))
    if letter.is_automatic:
        kinds = ("auto-replied", "auto_reply") if letter.is_auto_reply else _GENERATED
        fields.append(("Auto-Submitted", kinds[0]))
        fields.append(("X-Auto-Response-Suppress", "All"))
        fields.append(("Precedence", kinds[1]))
    fields.extend((clean(name), clean(value)) for name, value in letter.more.items())
    return fields


def _people(people: tuple[Person, ...]) -> str:
    return ",\n ".join(person(one) for one in people)


def _subject(text: str) -> str:
    line = clean(text)[:900].rstrip()
    if line.isascii() and len(line) <= 900 and "=?" not in line:
        return _fold(line)
    return Header(line, "utf-8", maxlinelen=70, header_name="Subject").encode(linesep="\n")


def _fold(line: str) -> str:
    """ASCII words in lines of at most 78 characters where there is a blank to fold at."""
    out: list[str] = []
    current = ""
    for word in line.split(" "):
        if current and len(current) + len(word) + 1 > 68:
            out.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return "\n ".join([*out, current])


def _id(text: str) -> str:
    return re.sub(r"[^!-;=?-~]", "", text)[:500]


def _body(letter: Letter) -> MIMEMultipart | MIMEText:
    text = _text(_whole_text(letter))
    if not letter.html:
        return text
    inline = [one for one in letter.files if one.content_id and not _is_calendar(one)]
    html: MIMEMultipart | MIMEText = MIMEText(_whole_html(letter), "html", _UTF8)  # type: ignore[arg-type]
    if inline:
        related = MIMEMultipart("related", type="text/html")
        related.attach(html)
        for one in inline:
            related.attach(_file(one, "inline"))
        html = related
    both = MIMEMultipart("alternative")
    both.attach(text)
    both.attach(html)
    for one in letter.files:
        if _is_calendar(one):
            both.attach(_calendar(one))
    return both


def _is_calendar(one: Part) -> bool:
    """Whether it is an answer to an invitation, which calendars look for among the texts."""
    return one.content_type == ANSWER_TYPE


def _calendar(one: Part) -> MIMEText:
    """The answer as RFC 6047, 2.4 wants it: text, with its method on the outside."""
    part = MIMEText(one.data.decode(), "calendar", _UTF8)  # type: ignore[arg-type]
    part.set_param("method", "REPLY")
    return part


def _text(text: str) -> MIMEText:
    is_plain = text.isascii() and all(len(line) <= 900 for line in text.split("\n"))
    return MIMEText(text, "plain", "us-ascii" if is_plain else _UTF8)  # type: ignore[arg-type]


def _whole_text(letter: Letter) -> str:
    parts = [letter.text.strip("\n")]
    if letter.signature_html:
        parts.append("-- \n" + plain_text.text_of(letter.signature_html))
    if letter.quote:
        quoted = letter.quote.text[:MAX_QUOTE].strip("\n").split("\n")
        lines = "\n".join(f"> {line}".rstrip() for line in quoted)
        parts.append(f"{_intro(letter.quote)}\n{lines}")
    whole = "\n\n".join(parts) + "\n"
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", whole.replace("\r", ""))


def _whole_html(letter: Letter) -> str:
    parts = [f"<div>{letter.html}</div>"]
    if letter.signature_html:
        parts.append(f'<div class="signature">-- <br>{letter.signature_html}</div>')
    if letter.quote:
        quoted = letter.quote.html or _as_html(letter.quote.text[:MAX_QUOTE])
        if len(quoted) > MAX_QUOTE * 3:
            quoted = _as_html(letter.quote.text[:MAX_QUOTE])
        parts.append(
            f'<div class="gmail_quote"><div>{entities.escape(_intro(letter.quote))}</div>'
            f'<blockquote type="cite" style="margin: 0 0 0 8px; padding-left: 8px; '
            f'border-left: 2px solid #ccc">{quoted}</blockquote></div>'
        )
    whole = '<!doctype html><html><head><meta charset="utf-8"></head><body>\n'
    whole += "\n".join(parts) + "\n</body></html>\n"
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", whole.replace("\r", ""))


def _intro(quote: Quote) -> str:
    return f"On {quote.at:%Y-%m-%d at %H:%M} UTC, {clean(quote.name)[:100]} wrote:"


def _as_html(text: str) -> str:
    return entities.escape(text, quote=False).replace("\n", "<br>\n")


def _file(one: Part, disposition: str) -> MIMEBase:
    main, _, sub = one.content_type.lower().partition("/")
    if not re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}", f"{main}/{sub}") or main in (
        "multipart",
        "message",
    ):
        main, sub = "application", "octet-stream"
    part = MIMEBase(main, sub)
    part.set_payload(one.data)
    encode_base64(part)
    name = clean(one.name)[:200] or "file"
    value = name if name.isascii() else ("utf-8", "", name)
    part.add_header("Content-Disposition", disposition, filename=value)
    if one.content_id:
        part["Content-ID"] = f"<{_id(one.content_id)}>"
    return part


def _bound(mail: MIMEMultipart | MIMEText, seed: str) -> None:
    """Boundaries that follow from the Message-ID: the same mail twice has the same bytes."""
    for index, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        digest = hashlib.sha256(f"{seed}/{index}".encode()).hexdigest()[:32]
        part.set_boundary(f"=_{digest}")
