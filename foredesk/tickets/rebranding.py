"""Whose name a ticket is answered under."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.models import Brand
from foredesk.people.queries import brand_card
from foredesk.tickets import rights
from foredesk.tickets.conflicts import UNSEEN, UnableToChange, must_be, must_be_open
from foredesk.tickets.events import BrandChanged
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Delivery, Message, Status, Ticket
from foredesk.tickets.placing import place

ON_ITS_WAY = (Delivery.QUEUED, Delivery.SENDING)


def rebrand(
    ticket: Ticket, brand: Brand | None, *, by: Actor | Doer, at: datetime, seen: Any = UNSEEN
) -> Ticket:
    """Answer it in the name of `brand` from now on; None is the organisation itself.

    A reply that still waits was written in the old name, so it has to leave or be taken back first.
    Records BrandChanged. Raises Conflict, UnableToChange.
    """
    rights.must_work(by)
    after = brand.pk if brand else None
    if brand is not None and brand.set_aside_at is not None:
        raise UnableToChange(f"{brand.name} was set aside. Choose another brand.")
    with locked(ticket.pk) as row:
        must_be_open(row)
        must_be("brand", row.brand_id, seen=seen, wanted=after)
        if row.brand_id == after:
            return row
        must_have_nothing_on_its_way(row)
        _set(row, after, by=by, at=at)
        return row


def must_have_nothing_on_its_way(ticket: Ticket) -> None:
    """Raise UnableToChange while a reply in the name of its brand waits to be sent."""
    if Message.objects.filter(ticket=ticket, delivery__in=ON_ITS_WAY).exists():
        raise UnableToChange(
            f"A reply of #{ticket.pk} still waits to be sent in the name of "
            f"{brand_card(ticket.brand_id).name}. Take it back, or try again when it is sent."
        )


def follow(
    account: str,
    numbers: Iterable[int],
    *,
    before: int | None,
    after: int | None,
    by: Actor | Doer,
    at: datetime,
) -> None:
    """The given tickets, which came by a mailbox that went from one brand to another, follow it:
    their customers wrote to its address. Records BrandChanged of each."""
    for number in numbers:
        with locked(number) as row:
            is_its_own = row.account == account and row.brand_id == before
            if is_its_own and row.status != Status.CLOSED:
                _set(row, after, by=by, at=at)


def _set(row: Ticket, after: int | None, *, by: Actor | Doer, at: datetime) -> None:
    before, row.brand_id = row.brand_id, after
    row.save(update_fields=["brand"])
    recording.record(BrandChanged(**place(row), before=before, after=after), by=by, at=at)
