"""Mail."""

from __future__ import annotations

import re

from foredesk.channels import screening, sifting, tagging_by_address, verifying
from foredesk.channels.kinds.contract import Ignored, Report, Suspended, Unreadable
from foredesk.channels.mail import (
    addresses,
    automatic,
    contents,
    cutting,
    cutting_html,
    names,
    reading,
    reply_address,
    reports,
    simple,
)
from foredesk.channels.mail.contents import Mail
from foredesk.channels.models import Envelope
from foredesk.files import storing
from foredesk.tickets.arrivals import Address, InboundFile, InboundMessage

TEST_FIELD = b"x-foredesk-test"
_NUMBER = re.compile(r"\[#([0-9]{1,15})\]")
_REPLY_SUBJECT = re.compile(
    r"\s{0,20}(?:re|aw|antw|antwort|sv|vs|ref|rv|rif|r|odp|ynt|yan|回复|答复|返信|회신)\s{0,5}(?:\[\d{1,9}\])?\s{0,5}[:：]",
    re.I,
)
_LANGUAGE = re.compile(r"\s{0,20}([a-z]{2,3})(?:[-_,;\s]|$)", re.I)


class Email:
    name = "email"
    label = "Mail"

    def parse(
        self, raw: bytes, *, envelope: Envelope, own_addresses: frozenset[str]
    ) -> InboundMessage | Report:
        """The message or report in a mail; its files are stored on the way.

        Raises Unreadable, Ignored, Suspended.
        """
        mail = reading.read(raw)
        root = mail.root
        has_null_sender = envelope.road == "smtp" and not envelope.mail_from
        report = reports.read(mail, has_null_sender=has_null_sender)
        if report is not None:
            return report
        author, is_from = _author(mail, envelope)
        token = re.fullmatch(rb"\s{0,20}([a-z0-9]{20})\s{0,20}", root.first(TEST_FIELD))
        if reply_address.plain(author.value) in own_addresses:
            if token:
                raise Ignored(f"It is the test {token[1].decode()} of the mailbox.")
            raise Ignored(f"It comes from our own address {author.value}.")
        screening.screen(author.value, envelope)
        _must_be_one(mail, envelope)
        proof = (
            verifying.verdict(raw, root, author.value, envelope)
            if is_from
            else verifying.Verdict("none", "The mail names no sender in From.")
        )
        text, html, whole_text, whole_html = _bodies(mail)
        if mail.is_cut:
            mail.files.append(contents.File("whole-mail.eml", "message/rfc822", raw))
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
            tags=tagging_by_address.tags_of(root, envelope.rcpt_to, mailbox),
            brand_id=mailbox.brand_id if mailbox else None,
            language=_language(root.first(b"content-language")),
            is_automatic=signs.is_automatic,
            is_auto_reply=signs.is_answer,
            own_addresses=own_addresses,
            verdict=proof.value,
            evidence=proof.evidence(),
            reply_to=_other_address(mail, author, own_addresses),
            is_recovered=envelope.recovered_at is not None,
            spam=""
            if envelope.recovered_at
            else sifting.sift(mail, author=author.value, text=text),
            signed=mail.signed,
            invitation=mail.invitation.as_dict() if mail.invitation else None,
            cards=tuple(one.as_dict() for one in mail.cards),
        )


KIND = Email()


def _author(mail: Mail, envelope: Envelope) -> tuple[Address, bool]:
    """(who wrote, whether From says so); the others only fill in for a From that is missing."""
    candidates = [mail.author, *mail.reply_to[:1]]
    if envelope.mail_from:
        candidates.append(Address(envelope.mail_from.strip("<>")))
    for one in candidates:
        if one and addresses.is_address(one.value):
            is_from = one is mail.author and bool(addresses.parse(mail.root.first(b"from")))
            return one, is_from
    raise Unreadable("It names no sender that could be answered.")


def _must_be_one(mail: Mail, envelope: Envelope) -> None:
    """Raise Suspended when From names several people: readers and checkers disagree on whom."""
    if envelope.recovered_at is not None:
        return
    named = {
        one.value.lower()
        for value in mail.root.all(b"from")[:20]
        for one in addresses.parse(value)
        if "@" in one.value
    }
    if len(named) > 1:
        shown = ", ".join(sorted(named)[:3])
        raise Suspended(f"It names several senders, which hides who wrote it: {shown[:300]}.")


def _other_address(mail: Mail, author: Address, own_addresses: frozenset[str]) -> str:
    """Where the writer asks to be answered, if that is not the address in From."""
    for one in mail.reply_to[:5]:
        value = one.value.strip().lower()
        is_own = reply_address.plain(value) in own_addresses
        if addresses.is_address(value) and not is_own and value != author.value.strip().lower():
            return value
    return ""


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


def _kept(one: contents.File) -> InboundFile:
    blob = storing.keep(one.data)
    return InboundFile(
        sha256=blob.pk,
        size=len(one.data),
        name=one.name or names.invented(one.content_type),
        content_type=one.content_type,
        content_id=one.content_id,
        is_inline=one.is_inline,
    )
