"""An agent starts a ticket: writes down what a customer said, or writes to them first."""

from datetime import datetime
from typing import Any

from django.db import transaction

from foredesk.logbook import recording
from foredesk.people.identifying import identify
from foredesk.people.models import Agent, Brand, Team
from foredesk.people.permissions import NotAllowed, can_reply
from foredesk.plumbing import inserting
from foredesk.tickets import opening, replying, writing
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.events import MessageReceived
from foredesk.tickets.models import Message, Priority, Ticket
from foredesk.tickets.placing import place


def start(
    *,
    by: Agent,
    at: datetime,
    address: str,
    name: str,
    subject: str,
    body_text: str,
    is_told: bool,
    team: Team | None = None,
    brand: Brand | None = None,
    priority: int = Priority.NORMAL,
    undo_seconds: int = 0,
) -> Ticket:
    """Open a ticket for the customer of a mail address; returns it.

    `is_told`: the text is what the customer said (channel phone), waiting for an answer; otherwise
    it is our own message and goes out by mail. Records TicketOpened and what follows from it.
    Raises NotAllowed, UnableToChange.
    """
    if not can_reply(by):
        raise NotAllowed("Light agents write notes. Ask an agent to open a ticket.")
    checked = writing.addresses([address])
    if brand is not None and brand.set_aside_at is not None:
        raise UnableToChange(f"{brand.name} was set aside. Choose another brand.")
    if not checked:
        raise UnableToChange("Give the customer’s mail address.")
    if not body_text.strip():
        raise UnableToChange("Write down what it is about.")
    value = checked[0]["value"]
    with transaction.atomic(), recording.together():
        customer = identify(kind="email", value=value, name=name.strip(), at=at)
        preview = " ".join(body_text.split())[:140]
        told: dict[str, Any] = {"waiting_since": at, "customer_wrote_at": at, "preview": preview}
        ticket = opening.open_ticket(
            subject=subject,
            requester=customer,
            channel="email",
            team=team,
            brand=brand,
            assignee=None if is_told else by,
            priority=priority,
            by=by,
            at=at,
            **(told if is_told else {}),
        )
        if not is_told:
            html = writing.paragraphs(body_text)
            sent = replying.reply(ticket, by=by, at=at, body_html=html, undo_seconds=undo_seconds)
            return sent.ticket
        message = Message(
            ticket=ticket,
            author_kind="customer",
            customer=customer,
            author_name=customer.name or value,
            author_address=value,
            channel="phone",
            subject=subject,
            body_text=body_text.strip(),
            at=at,
        )
        inserting.insert(message)
        recording.record(
            MessageReceived(
                **place(ticket),
                message_id=message.pk,
                customer_id=customer.pk,
                channel="phone",
                is_first=True,
            ),
            by=by,
            at=at,
        )
        return ticket
