"""Find the thread that a message belongs to.

In this order: the wire's own references, our signed reply address, a number in the subject together
with a participant's address. Never the subject alone: subjects can be guessed.
"""

from dataclasses import dataclass

from foredesk.people.identifying import normalise
from foredesk.tickets.arrivals import InboundMessage
from foredesk.tickets.models import Message, Participant, Ticket
from foredesk.tickets.reply_tokens import participant_of


@dataclass(frozen=True)
class Found:
    """The ticket, by which sign it was found, and whether the writer already takes part in it."""

    ticket: Ticket
    by: str
    is_participant: bool


def find(inbound: InboundMessage) -> Found | None:
    """The ticket that `inbound` continues, merged tickets followed to where they went."""
    writer = normalise("email", inbound.author.value)
    for sign, ticket in (
        ("reference", _by_references(inbound)),
        ("address", _by_token(inbound)),
    ):
        if ticket is not None:
            ticket = _followed(ticket)
            return Found(ticket, sign, _takes_part(ticket, inbound.channel, writer))
    if inbound.ticket_number is not None:
        ticket = Ticket.objects.filter(pk=inbound.ticket_number).first()
        if ticket is not None:
            ticket = _followed(ticket)
            if _takes_part(ticket, inbound.channel, writer):
                return Found(ticket, "number", True)
    return None


def _by_references(inbound: InboundMessage) -> Ticket | None:
    wanted = [reference for reference in inbound.references if reference][:30]
    if not wanted:
        return None
    messages = Message.objects.filter(external_id__in=wanted).select_related("ticket")
    by_id = {message.external_id: message.ticket for message in messages}
    return next((by_id[reference] for reference in wanted if reference in by_id), None)


def _by_token(inbound: InboundMessage) -> Ticket | None:
    participant = participant_of(inbound.reply_token) if inbound.reply_token else None
    return participant.ticket if participant else None


def _followed(ticket: Ticket) -> Ticket:
    for _ in range(20):
        if ticket.merged_into_id is None:
            break
        ticket = Ticket.objects.get(pk=ticket.merged_into_id)
    return ticket


def _takes_part(ticket: Ticket, channel: str, writer: str) -> bool:
    return Participant.objects.filter(
        ticket=ticket, customer__identities__kind=channel, customer__identities__value=writer
    ).exists()
