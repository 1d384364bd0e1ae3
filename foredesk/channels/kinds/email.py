"""Mail."""

from __future__ import annotations

import re

from foredesk.channels.kinds.contract import Ignored, Report, Unreadable
from foredesk.channels.mail import (
    addresses,
    automatic,
    cutting,
    cutting_html,
    names,
    reading,
    reply_address,
    reports,
    simple,
)
from foredesk.channels.mail.reading import Mail
from foredesk.channels.models import Envelope
from foredesk.files import storing
from foredesk.tickets.arrivals import Address, InboundFile, InboundMessage

TEST_FIELD = b"x-foredesk-test"
_NUMBER = re.compile(r"\[#([0-9]{1,15})\]")
_REPLY_SUBJECT = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|ref|rv|rif|r|odp|ynt|yan|回复|答复|返信|회신)\s*(?:\[\d+\])?\s*[:：]",
    re.I,
)
_LANGUAGE = re.compile(r"\s*([a-z]{2,3})(?:[-_,;\s]|$)", re.I)


class Email:
    name = "email"
    label = "Mail"

    def parse(
        self, raw: bytes, *, envelope: Envelope, own_addresses: frozenset[str]
    ) -> InboundMessage | Report:
        """The message or report in a mail; its files are stored on the way.

        Raises Unreadable, Ignored.
        """
        mail = reading.read(raw)
        root = mail.root
        has_null_sender = envelope.road == "smtp" and not envelope.mail_from
        report = reports.read(mail, has_null_sender=has_null_sender)
        if report is not None:
            return report
        author = _author(mail, envelope)
        token = re.fullmatch(rb"\s*([a-z0-9]{20})\s*", root.first(TEST_FIELD))
        if reply_address.plain(author.value) in own_addresses:
            if token:
                raise Ignored(f"It is the test {token[1].decode()} of the mailbox.")
            raise Ignored(f"It comes from our own address {author.value}.")
        text, html, whole_text, whole_html = _bodies(mail)
        if mail.is_cut:
            mail.files.append(reading.File("whole-mail.eml", "message/rfc822", raw))
        mailbox = envelope.mailbox
        signs = automatic.signs(
            root,
            author=author.value,
            subject=mail.subject,
            is_continuing=bool(mail.references) or _number(mail.subject) is not None,
            has_null_sender=has_null_sender,
        )
        return InboundMessage(
            channel=self.name,
            account=str(mailbox.pk) if mailbox else "",
            external_id=mail.message_id,
            author=author,
            at=envelope.received_at,
            subject=mail.subject,
            text=text,
            html=html,
            whole_text=whole_text,
            whole_html=whole_html,
            is_rich=bool(html) and not simple.is_simple(html),
            to=tuple(mail.to[:100]),
            cc=tuple(mail.cc[:100]),
            references=tuple(mail.references),
            reply_token=reply_address.token_in(root, envelope.rcpt_to),
            ticket_number=_number(mail.subject),
            files=tuple(_kept(one) for one in mail.files),
            envelope_id=envelope.pk,
            team_id=mailbox.team_id if mailbox else None,
            language=_language(root.first(b"content-language")),
            is_automatic=signs.is_automatic,
            is_auto_reply=signs.is_answer,
            own_addresses=own_addresses,
        )


KIND = Email()


def _author(mail: Mail, envelope: Envelope) -> Address:
    candidates = [mail.author, *mail.reply_to[:1]]
    if envelope.mail_from:
        candidates.append(Address(envelope.mail_from.strip("<>")))
    for one in candidates:
        if one and addresses.is_address(one.value):
            return one
    raise Unreadable("It names no sender that could be answered.")


def _bodies(mail: Mail) -> tuple[str, str, str, str]:
    """(text, html, whole text, whole html): quotes are cut only in what looks like a reply."""
    text, html = mail.text, mail.html
    if mail.references or _REPLY_SUBJECT.match(mail.subject):
        text, html = cutting.cut(mail.text), cutting_html.cut(mail.html)
    is_cut = html != mail.html
    whole_text = mail.text if text.strip() != mail.text.strip() else ""
    return text, _as_letter(html), whole_text, _as_letter(mail.html) if is_cut else ""


def _as_letter(html: str) -> str:
    """Fonts and colours go where they are all that there is beyond a letter."""
    return simple.simplify(html) if html and simple.is_letter(html) else html


def _number(subject: str) -> int | None:
    match = _NUMBER.search(subject)
    return int(match[1]) if match else None


def _language(value: bytes) -> str:
    match = _LANGUAGE.match(value[:40].decode("ascii", "replace"))
    return match[1].lower() if match else ""


def _kept(one: reading.File) -> InboundFile:
    blob = storing.keep(one.data)
    return InboundFile(
        sha256=blob.pk,
        size=len(one.data),
        name=one.name or names.invented(one.content_type),
        content_type=one.content_type,
        content_id=one.content_id,
        is_inline=one.is_inline,
    )
