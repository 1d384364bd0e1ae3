"""What this room does when a ticket waits for somebody, or somebody came."""

from typing import Any

from foredesk.logbook.listening import on
from foredesk.plumbing.clock import now
from foredesk.routing import distributing, gathering
from foredesk.routing.events import AvailabilityChanged
from foredesk.tickets.events import (
    BrandChanged,
    MessageReceived,
    StatusChanged,
    TeamChanged,
    TicketAssigned,
    TicketFact,
    TicketWoken,
)


def _is_given_out(fact: Any) -> bool:
    """Whether this desk gives out the tickets of the team, and has somebody to give them to; most
    desks let people take them."""
    return fact.team_id in gathering.given_out() and gathering.is_anybody_here()


@on(
    MessageReceived,
    TeamChanged,
    BrandChanged,
    TicketAssigned,
    StatusChanged,
    TicketWoken,
    only_if=_is_given_out,
)
def deal(fact: TicketFact, *, entry) -> None:
    """Give out what waits when this ticket is among it; what became free is found by the clock."""
    if _is_given_out(fact):
        distributing.distribute(at=now(), for_ticket=fact.ticket_id)


@on(AvailabilityChanged)
def deal_to_who_came(fact: AvailabilityChanged, *, entry) -> None:
    """Somebody is online: there may be something for them."""
    if fact.after == "online":
        distributing.distribute(at=now())
