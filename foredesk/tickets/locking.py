"""Lock one ticket for the length of a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from foredesk.tickets.models import Ticket


class TicketGone(LookupError):
    """There is no such ticket."""


@contextmanager
def locked(ticket_id: int) -> Iterator[Ticket]:
    """The ticket's row, locked until the block ends. Raises TicketGone."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id).first()
        if ticket is None:
            raise TicketGone(f"There is no ticket #{ticket_id}.")
        yield ticket


@contextmanager
def locked_pair(one_id: int, other_id: int) -> Iterator[tuple[Ticket, Ticket]]:
    """Two tickets, locked in the order of their numbers so that two pairs never wait in a ring."""
    with transaction.atomic():
        rows = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=(one_id, other_id))
        found = {row.pk: row for row in rows.order_by("pk")}
        for pk in (one_id, other_id):
            if pk not in found:
                raise TicketGone(f"There is no ticket #{pk}.")
        yield found[one_id], found[other_id]
