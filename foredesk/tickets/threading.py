"""Find the thread that a message belongs to.

In this order: the wire's own references, our signed addresses, a number in the subject together
with a participant's proven address. Never the subject alone: subjects can be guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from foredesk.people.identifying import normalise
from foredesk.people.models import Agent
from foredesk.tickets import visibility
from foredesk.tickets.arrivals import InboundMessage
from foredesk.tickets.models import Participant, Ticket
from foredesk.tickets.reply_tokens import participant_of

MOST_REFERENCES = 30
_BY_IDS = (
    "select external_id, ticket_id from tickets_message"
    " where external_id <> '' and external_id = any(%s)"
)
"""The index leaves out what has no id, and a plan for every mail must know that none is empty."""
_BY_ID = _BY_IDS.replace("any(%s)", "%s")


@dataclass(frozen=True)
class Found:
    """The ticket, by which sign it was found, and whether the writer already takes part in it."""

    ticket: Ticket
    by: str
    is_participant: bool


@dataclass(frozen=True)
class Traces:
    """What the ids of a message lead to: tickets, nearest first, and whether its own is taken."""

    tickets: tuple[Ticket, ...]
    is_id_reused: bool


def traces(inbound: InboundMessage) -> Traces:
    """Where the references of `inbound` lead, merged tickets followed to where they went."""
    wanted = [reference for reference in inbound.references if reference][:MOST_REFERENCES]
    ids = [*wanted, inbound.external_id] if inbound.external_id else wanted
    if not ids:
        return Traces((), False)
    by_id: dict[str, int] = {}
    with connection.cursor() as cursor:
        if len(ids) == 1:
            cursor.execute(_BY_ID, ids)
        else:
            cursor.execute(_BY_IDS, [ids])
        for external_id, ticket_id in cursor.fetchall():
            by_id.setdefault(external_id, ticket_id)
    numbers = [by_id[reference] for reference in wanted if reference in by_id]
    tickets = Ticket.objects.in_bulk(set(numbers)) if numbers else {}
    found: dict[int, Ticket] = {}
    for number in numbers:
        ticket = followed(tickets[number])
        found.setdefault(ticket.pk, ticket)
    return Traces(tuple(found.values()), inbound.external_id in by_id)


def find(
    inbound: InboundMessage,
    seen: Traces,
    *,
    notified: Sequence[Ticket] = (),
    agent: Agent | None = None,
) -> Found | None:
    """The ticket that `inbound` continues.

    Of several tickets that it refers to, the nearest in which the writer takes part, else the
    nearest. `notified` are tickets of valid notifications that it answers; `agent` is the agent
    whose address it comes from.
    """
    writer = normalise("email", inbound.author.value)
    if seen.tickets:
        own = _takes_part_in(seen.tickets, inbound.channel, writer)
        best = next((one for one in seen.tickets if one.pk in own), seen.tickets[0])
        return Found(best, "reference", best.pk in own)
    for sign, ticket in (
        ("address", _by_token(inbound)),
        ("notification", notified[0] if notified else None),
    ):
        if ticket is not None:
            ticket = followed(ticket)
            return Found(ticket, sign, _takes_part(ticket, inbound.channel, writer))
    if inbound.ticket_number is not None and inbound.is_verified:
        return _by_number(inbound, writer, agent)
    return None


def _by_number(inbound: InboundMessage, writer: str, agent: Agent | None) -> Found | None:
    ticket = Ticket.objects.filter(pk=inbound.ticket_number or 0).first()
    if ticket is None:
        return None
    ticket = followed(ticket)
    if _takes_part(ticket, inbound.channel, writer):
        return Found(ticket, "number", True)
    if agent is not None and visibility.visible_to(agent).filter(pk=ticket.pk).exists():
        return Found(ticket, "number", False)
    return None


def _by_token(inbound: InboundMessage) -> Ticket | None:
    participant = participant_of(inbound.reply_token) if inbound.reply_token else None
    return participant.ticket if participant else None


def followed(ticket: Ticket) -> Ticket:
    """The ticket, or the one that it was merged into."""
    for _ in range(20):
        if ticket.merged_into_id is None:
            break
        ticket = Ticket.objects.get(pk=ticket.merged_into_id)
    return ticket


def _takes_part(ticket: Ticket, channel: str, writer: str) -> bool:
    return bool(_takes_part_in((ticket,), channel, writer))


def _takes_part_in(tickets: Sequence[Ticket], channel: str, writer: str) -> set[int]:
    """Those of the tickets (by number) in which the owner of this address takes part."""
    rows = Participant.objects.filter(
        ticket__in=[ticket.pk for ticket in tickets],
        customer__identities__kind=channel,
        customer__identities__value=writer,
    )
    return set(rows.values_list("ticket_id", flat=True))
