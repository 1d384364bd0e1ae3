"""Who takes part in a ticket beside its requester."""

from datetime import datetime

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.models import Customer
from foredesk.tickets.events import ParticipantAdded, ParticipantRemoved
from foredesk.tickets.models import Participant, Ticket
from foredesk.tickets.placing import place

MOST = 50


def join(
    ticket: Ticket, customer: Customer, *, role: str = "cc", by: Actor | Doer, at: datetime
) -> Participant:
    """Make `customer` take part; within a transaction that holds the ticket.

    Records ParticipantAdded the first time; the requester takes part from the start (opening.py).
    """
    participant, is_new = Participant.objects.get_or_create(
        ticket=ticket, customer=customer, defaults={"role": role}
    )
    if is_new:
        recording.record(ParticipantAdded(**place(ticket), customer_id=customer.pk), by=by, at=at)
    return participant


def leave(ticket: Ticket, customer: Customer, *, by: Actor | Doer, at: datetime) -> None:
    """Take somebody in copy off the ticket. Records ParticipantRemoved."""
    if Participant.objects.filter(ticket=ticket, customer=customer, role="cc").delete()[0]:
        recording.record(ParticipantRemoved(**place(ticket), customer_id=customer.pk), by=by, at=at)
