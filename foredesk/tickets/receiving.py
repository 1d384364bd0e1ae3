"""Take a message from outside: into its thread, or into a new ticket."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.people.identifying import identify, normalise
from foredesk.people.models import CopiesJoin, Customer, Team
from foredesk.people.queries import workspace
from foredesk.plumbing import inserting
from foredesk.tickets import (
    answering_by_mail,
    attaching,
    moving,
    opening,
    participating,
    spamming,
    tagging,
)
from foredesk.tickets.arrivals import Address, Dropped, InboundMessage
from foredesk.tickets.events import MessageReceived, TicketWoken
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Message, Status, Ticket
from foredesk.tickets.placing import place
from foredesk.tickets.standing import is_colleague, judge
from foredesk.tickets.threading import Found

PREVIEW_LENGTH = 140


@transaction.atomic(savepoint=False)
def receive(inbound: InboundMessage, *, at: datetime) -> Message:
    """Write `inbound` into the ticket it continues, or open one; standing.py says which.

    A reply to a closed ticket opens a follow-up that is linked to it. A writer who does not take
    part in the ticket is kept in the thread but marked, and does not become a participant. An
    agent's own answer becomes their reply or note. A machine's answer is shown in its thread and
    changes nothing else. Records TicketOpened for a new ticket and MessageReceived, with what it
    changes. Raises Suspended, and Dropped for a machine's answer to something that is not ours.
    """
    if inbound.is_auto_reply and is_colleague(_address(inbound)):
        raise Dropped("It is the automatic answer of a colleague.")
    standing = judge(inbound)
    if standing.acts is not None:
        return answering_by_mail.answer(inbound, standing.acts, at=at)
    if standing.is_id_reused:
        inbound = replace(inbound, evidence={**(inbound.evidence or {}), "is_id_reused": True})
    with recording.together():
        return _take(inbound, standing.found, at=at)


def _take(inbound: InboundMessage, found: Found | None, *, at: datetime) -> Message:
    customer = identify(
        kind=inbound.channel,
        value=inbound.author.value,
        name=inbound.author.name,
        at=at,
        is_verified=inbound.is_verified,
        is_writing=inbound.is_verified and not inbound.is_auto_reply,
    )
    if inbound.is_auto_reply:
        return _show(inbound, found, customer, at=at)
    if found is None or found.ticket.is_closed:
        earlier = found.ticket if found and found.is_participant else None
        return _into_new_ticket(inbound, customer, follow_up_of=earlier, at=at)
    with locked(found.ticket.pk) as ticket:
        if ticket.is_closed:
            earlier = ticket if found.is_participant else None
            return _into_new_ticket(inbound, customer, follow_up_of=earlier, at=at)
        message = _write(inbound, ticket, customer, is_unknown=not found.is_participant)
        if found.is_participant:
            tagging.tag_from_outside(ticket, inbound.tags, by=SYSTEM, at=at)
            _join_copies(inbound, ticket, customer, at=at)
        _take_up(ticket, message, customer, inbound, at=at)
        return message


def _address(inbound: InboundMessage) -> str:
    return normalise(inbound.channel, inbound.author.value)


def _show(inbound: InboundMessage, found: Found | None, customer: Customer, *, at) -> Message:
    """A machine's answer: readable in its thread, whatever the ticket's state, and no more."""
    if found is None:
        raise Dropped("It is a machine's answer to a mail that is not ours.")
    with locked(found.ticket.pk) as ticket:
        message = _write(inbound, ticket, customer, is_unknown=not found.is_participant)
        _record(ticket, message, customer, inbound, at=at, is_first=False)
        return message


def _into_new_ticket(
    inbound: InboundMessage, customer: Customer, *, follow_up_of: Ticket | None, at
) -> Message:
    ticket = opening.open_ticket(
        subject=inbound.subject,
        requester=customer,
        channel=inbound.channel,
        account=inbound.account,
        team=_team(inbound, follow_up_of),
        brand_id=inbound.brand_id,
        follow_up_of=follow_up_of,
        language=inbound.language,
        is_old=inbound.is_old,
        by=customer,
        at=at,
        customer_wrote_at=at,
        waiting_since=at,
        preview=_preview(inbound.text),
    )
    tagging.tag_from_outside(ticket, inbound.tags, by=SYSTEM, at=at)
    message = _write(inbound, ticket, customer, is_unknown=False)
    _join_copies(inbound, ticket, customer, at=at)
    _record(ticket, message, customer, inbound, at=at, is_first=True)
    if inbound.spam:
        message.ticket = spamming.mark_as_spam(ticket, by=SYSTEM, at=at, reason=inbound.spam)
    return message


def _preview(text: str) -> str:
    return " ".join(text.split())[:PREVIEW_LENGTH]


def _team(inbound: InboundMessage, follow_up_of: Ticket | None) -> Team | None:
    if follow_up_of is not None and follow_up_of.team_id:
        return follow_up_of.team
    return Team.objects.filter(pk=inbound.team_id).first() if inbound.team_id else None


def _write(
    inbound: InboundMessage, ticket: Ticket, customer: Customer, *, is_unknown: bool
) -> Message:
    message = Message(
        ticket=ticket,
        author_kind="customer",
        customer=customer,
        author_name=(inbound.author.name or customer.name)[:200],
        author_address=_address(inbound),
        is_rich=inbound.is_rich,
        is_unknown_sender=is_unknown,
        verdict=inbound.verdict,
        evidence=inbound.evidence,
        reply_to=inbound.reply_to,
        is_automatic=inbound.is_auto_reply,
        channel=inbound.channel,
        subject=inbound.subject[:1000],
        body_text=inbound.text,
        body_html=inbound.html,
        whole_text=inbound.whole_text,
        whole_html=inbound.whole_html,
        to=_plain(inbound.to),
        cc=_plain(inbound.cc),
        external_id=inbound.external_id,
        references=list(inbound.references[:50]),
        envelope_id=inbound.envelope_id,
        signed=inbound.signed,
        invitation=inbound.invitation,
        cards=list(inbound.cards),
        at=inbound.at,
    )
    inserting.insert(message)
    attaching.attach(inbound.files, message)
    return message


def _plain(addresses: tuple[Address, ...]) -> list[dict[str, str]]:
    return [{"value": one.value, "name": one.name} for one in addresses]


def _join_copies(inbound: InboundMessage, ticket: Ticket, customer: Customer, *, at) -> None:
    """Who is in copy takes part, when the proven requester says so and the workspace allows it."""
    if not inbound.is_verified or customer.pk != ticket.requester_id or not inbound.cc:
        return
    policy = workspace().copies_join
    writer = _address(inbound)
    for address in inbound.cc[: participating.MOST]:
        value = normalise(inbound.channel, address.value)
        if not _may_join(value, policy, writer, inbound):
            continue
        copied = identify(kind=inbound.channel, value=value, name=address.name, at=at)
        if copied.pk != ticket.requester_id:
            participating.join(ticket, copied, by=customer, at=at)


def _may_join(value: str, policy: str, writer: str, inbound: InboundMessage) -> bool:
    local, _, domain = value.rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    if not value or value in inbound.own_addresses or plain in inbound.own_addresses:
        return False
    if is_colleague(value) or policy == CopiesJoin.NOBODY:
        return False
    return policy == CopiesJoin.ANYBODY or domain == writer.rpartition("@")[2]


def _take_up(
    ticket: Ticket,
    message: Message,
    customer: Customer,
    inbound: InboundMessage,
    *,
    at,
) -> None:
    """The ticket as it is after a customer wrote: open, awake, waiting for an answer."""
    ticket.activity_at = ticket.customer_wrote_at = at
    ticket.preview = _preview(message.body_text)
    if ticket.snoozed_until is not None:
        ticket.snoozed_until = None
        recording.record(TicketWoken(**place(ticket), reason="reply"), by=customer, at=at)
    if ticket.status in (Status.PENDING, Status.ON_HOLD, Status.SOLVED):
        moving.move(ticket, Status.OPEN, by=customer, at=at)
    ticket.waiting_since = ticket.waiting_since or at
    ticket.save(update_fields=["activity_at", "customer_wrote_at", "preview", *moving.FIELDS])
    _record(ticket, message, customer, inbound, at=at, is_first=False)


def _record(
    ticket: Ticket,
    message: Message,
    customer: Customer,
    inbound: InboundMessage,
    *,
    at,
    is_first: bool,
) -> None:
    recording.record(
        MessageReceived(
            **place(ticket),
            message_id=message.pk,
            customer_id=customer.pk,
            channel=inbound.channel,
            is_first=is_first,
            is_auto_reply=inbound.is_auto_reply,
            is_automatic=inbound.is_automatic,
        ),
        by=customer,
        at=at,
    )
