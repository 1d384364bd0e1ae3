"""How an answer of ours is addressed: from which mailbox, to whom, in which thread."""

from __future__ import annotations

import re
from datetime import datetime

import nh3
from django.conf import settings
from django.db.models import Q

from foredesk.channels import enclosing, marking, our_addresses, placing
from foredesk.channels.mail import reply_address
from foredesk.channels.mail.composing import Letter, Part, Person, Quote, clean
from foredesk.channels.models import Mailbox
from foredesk.files import reading, scanning
from foredesk.people.queries import addresses_of, brand_card, workspace
from foredesk.plumbing.ids import public_id
from foredesk.tickets.models import Attachment, Message, Participant, Ticket
from foredesk.tickets.reply_tokens import token_for

_PREFIX = re.compile(r"^(?:\s*(?:re|aw|fwd?|wg|sv|vs|antw?)\s*:)+\s*", re.I)
_TAG = re.compile(r"\s{0,20}\[#\d{1,15}\]")
_OWN_IMAGE = re.compile(r'<img\b[^<>]*?\ssrc="(/files/[^"]*)"[^<>]*>')
_SIGNATURE_TAGS = {"a", "b", "br", "div", "em", "i", "img", "p", "span", "strong", "u", "small"}
MAX_EARLIER = 20


class Unaddressable(Exception):
    """There is nobody to send it to; the text is a sentence."""


def mailbox_of(ticket: Ticket) -> Mailbox | None:
    """The mailbox that the ticket came by, if it is of the ticket's brand; else one of the brand.

    None when the brand has no mailbox: an answer never leaves from another brand's address.
    """
    account = ticket.account
    if account:
        is_it = Q(pk=int(account)) if account.isdigit() else Q(address__iexact=account)
        found = Mailbox.objects.filter(is_it).first()
        if found is not None and found.brand_id == ticket.brand_id:
            return found
    return placing.first_of(Mailbox.objects.filter(brand=ticket.brand_id), team=ticket.team_id)


def domain_of(mailbox: Mailbox | None) -> str:
    """The domain that ids of our mails carry."""
    if mailbox is not None:
        return mailbox.address.rpartition("@")[2].encode("idna").decode()
    host = settings.SITE_HOST.split(":")[0]
    return host if "." in host else "foredesk.invalid"


def new_message_id(mailbox: Mailbox | None) -> str:
    """A Message-ID that nobody can guess, without its angle brackets."""
    return f"{public_id()}@{domain_of(mailbox)}"


def letter_for(message: Message, mailbox: Mailbox | None, *, at: datetime) -> Letter:
    """All that the mail says. Raises Unaddressable, files.reading.Missing."""
    if mailbox is None:
        _must_be_without_mailboxes(message.ticket)
    if message.author_kind == "system":
        return _automatic(message, mailbox)
    ticket = message.ticket
    chosen = _copies(message.to)
    to = chosen[0] if chosen else requester_of(ticket)
    earlier = _earlier(message)
    html, files = _files(message)
    return Letter(
        message_id=message.external_id,
        at=message.at,
        sender=Person(_address_of(message, mailbox), _from_name(message, mailbox)),
        to=(to,),
        cc=tuple(_copies(message.cc)),
        reply_to=_reply_to(ticket, mailbox),
        subject=_subject(ticket, is_answer=bool(earlier)),
        text=message.body_text,
        html=html,
        references=tuple(one.external_id for one in earlier if one.external_id),
        signature_html=_signature(message, mailbox),
        quote=_quote(earlier),
        files=tuple(files),
        more={marking.DELIVERY_FIELD: marking.delivery_mark(message.public_id)},
    )


def _must_be_without_mailboxes(ticket: Ticket) -> None:
    """Mail of a desk that has none is kept; a brand that has none among others can't answer."""
    if Mailbox.objects.exists():
        name = brand_card(ticket.brand_id).name
        raise Unaddressable(
            f"{name} has no mailbox, so there is no address to answer from. Give the ticket "
            "another brand, or have a mailbox set up for this one."
        )


def _automatic(message: Message, mailbox: Mailbox | None) -> Letter:
    """The desk's own word. What anybody outside wrote stands in it only where it is proven that it
    goes back to them; see telling.py."""
    ticket = message.ticket
    earlier = _earlier(message)
    mark = marking.delivery_mark(message.public_id)
    enclosed = enclosing.of(message)
    return Letter(
        message_id=message.external_id,
        at=message.at,
        sender=Person(sender_address(mailbox), brand_card(ticket.brand_id).name),
        to=(Person(requester_of(ticket).address),),
        reply_to=_reply_to(ticket, mailbox),
        subject=f"{message.subject or 'We received your message'} [#{ticket.pk}]",
        text=enclosed.text if enclosed else message.body_text,
        html=enclosed.html if enclosed else "",
        references=tuple(one.external_id for one in earlier if one.external_id),
        is_automatic=True,
        is_auto_reply=True,
        more={marking.DELIVERY_FIELD: mark, **marking.of_a_machine()},
    )


def recipients_of(letter: Letter, message: Message) -> list[str]:
    """Every address that the mail goes to, blind copies too, each once."""
    people = (*letter.to, *letter.cc, *_copies(message.bcc))
    return list({one.address.lower(): one.address for one in people}.values())


def sender_address(mailbox: Mailbox | None) -> str:
    """The address in From, also for mail that is only kept."""
    return mailbox.address if mailbox else f"desk@{domain_of(None)}"


def _address_of(message: Message, mailbox: Mailbox | None) -> str:
    """The address that the agent chose, as long as it is one of the mailbox's."""
    chosen = message.sender.get("address", "")
    if mailbox is not None and chosen in mailbox.addresses:
        return chosen
    return sender_address(mailbox)


def identities_of(ticket: Ticket) -> list[dict[str, str]]:
    """What an agent may write as on this ticket, the mailbox's own sender first: templates of names
    and addresses. One alone is no choice."""
    mailbox = _kept_mailbox_of(ticket)
    if mailbox is None:
        return []
    own_name = mailbox.from_name or brand_card(mailbox.brand_id).from_name
    own = {"name": own_name, "address": mailbox.address}
    more = [
        {"name": one["name"], "address": one["address"] or mailbox.address}
        for one in mailbox.identities
        if not one["address"] or one["address"] in mailbox.addresses
    ]
    return [own, *(one for one in more if one != own)]


def has_mailbox(ticket: Ticket) -> bool:
    """Whether there is an address of the ticket's brand to answer from; a desk without any mailbox
    keeps its answers."""
    return _kept_mailbox_of(ticket) is not None or not our_addresses.boxes()


def _kept_mailbox_of(ticket: Ticket) -> Mailbox | None:
    """`mailbox_of` from memory, a second old at most."""
    account = ticket.account.lower()
    boxes = [one for one in our_addresses.boxes().values() if one.brand_id == ticket.brand_id]
    own = (one for one in boxes if account in (str(one.pk), one.address.lower()))
    return next(own, None) or placing.first_of(boxes, team=ticket.team_id)


def requester_of(ticket: Ticket) -> Person:
    """The address that the requester last wrote from, if it is theirs, else their first one.

    Raises Unaddressable.
    """
    customer = ticket.requester
    own = set(customer.identities.filter(kind="email").values_list("value", flat=True))
    last = (
        Message.objects.filter(ticket=ticket, customer=customer, is_unknown_sender=False)
        .exclude(author_address="")
        .order_by("-id")
        .values_list("author_address", flat=True)
        .first()
    )
    address = last if last in own else addresses_of([customer.pk]).get(customer.pk)
    if not address:
        raise Unaddressable(f"{customer} has no mail address, so there is nowhere to send it.")
    return Person(address, customer.name)


def _copies(stored: list) -> list[Person]:
    return [Person(one["value"], one.get("name", "")) for one in stored if one.get("value")]


def _reply_to(ticket: Ticket, mailbox: Mailbox | None) -> Person | None:
    participant = Participant.objects.filter(ticket=ticket, customer=ticket.requester).first()
    if mailbox is None or participant is None:
        return None
    name = brand_card(ticket.brand_id).name
    return Person(reply_address.signed(mailbox.address, token_for(participant)), name)


def _from_name(message: Message, mailbox: Mailbox | None) -> str:
    """The name that the agent chose for an address of this mailbox, else the mailbox's own."""
    brand = brand_card(message.ticket.brand_id)
    template = (mailbox.from_name if mailbox else "") or brand.from_name
    chosen = message.sender
    if mailbox is None or chosen.get("address", "") in ("", *mailbox.addresses):
        template = chosen.get("name") or template
    agent = message.author_name or (message.agent.name if message.agent else "")
    if not agent:
        return brand.name
    filled = brand.fill(template, agent=agent, workspace=workspace().name)
    return clean(filled) or brand.name


def _subject(ticket: Ticket, *, is_answer: bool) -> str:
    plain = _PREFIX.sub("", _TAG.sub("", ticket.subject)).strip() or "Your request"
    return f"{'Re: ' if is_answer else ''}{plain} [#{ticket.pk}]"


def _earlier(message: Message) -> list[Message]:
    """Public messages of people before this one, oldest first; nothing forged, nothing from those
    who take no part."""
    rows = Message.objects.filter(
        ticket_id=message.ticket_id,
        pk__lt=message.pk,
        is_public=True,
        is_unknown_sender=False,
        is_automatic=False,
    )
    rows = rows.exclude(verdict="fail").order_by("-id")[:MAX_EARLIER]
    return list(reversed(rows))


def _quote(earlier: list[Message]) -> Quote | None:
    last = earlier[-1] if earlier else None
    if last is None:
        return None
    html = re.sub(r"<img\b[^<>]*>", "", last.body_html)
    return Quote(last.author_name or "Somebody", last.at, last.body_text, html)


def _signature(message: Message, mailbox: Mailbox | None) -> str:
    parts = [
        message.agent.signature_html if message.agent else "",
        (mailbox.signature_html if mailbox else "").strip()
        or brand_card(message.ticket.brand_id).signature_html,
    ]
    return "<br>".join(clean_signature(part) for part in parts if part.strip())


def clean_signature(html: str) -> str:
    """A signature with links and pictures of our own, nothing that acts."""
    return nh3.clean(
        html,
        tags=_SIGNATURE_TAGS,
        attributes={"a": {"href"}, "img": {"src", "alt", "width", "height"}},
        url_schemes={"http", "https", "mailto", "tel"},
    )


def _must_be_harmless(rows: list[Attachment]) -> None:
    """Nothing that the virus scanner holds back goes out to anybody."""
    found = scanning.bad_among(row.blob_id for row in rows)
    for row in rows:
        if row.blob_id in found:
            raise Unaddressable(
                f"“{row.name}” is held back: the virus scanner found {found[row.blob_id]} in it."
            )


def _files(message: Message) -> tuple[str, list[Part]]:
    """(the HTML with our own pictures as `cid:`, all files of the message)."""
    rows = list(Attachment.objects.filter(message=message).order_by("pk"))
    if rows:
        _must_be_harmless(rows)
    html = message.body_html
    shown: dict[int, str] = {}
    domain = message.external_id.rpartition("@")[2] or "foredesk.invalid"

    def to_cid(image: re.Match[str]) -> str:
        row = next((row for row in rows if row.public_id in image[1]), None)
        if row is None:
            return ""
        shown[row.pk] = f"{row.public_id}@{domain}"
        return image[0].replace(image[1], f"cid:{shown[row.pk]}")

    html = _OWN_IMAGE.sub(to_cid, html)
    for row in rows:
        if row.content_id and f"cid:{row.content_id}" in html:
            shown[row.pk] = row.content_id
    parts = [
        Part(row.name, row.content_type, reading.read(row.blob_id), shown.get(row.pk, ""))
        for row in rows
    ]
    return html, parts
