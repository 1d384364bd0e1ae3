"""Answer a ticket in the name of another brand, from that brand's address."""

from datetime import datetime
from typing import Any

from foredesk.channels.models import Mailbox
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.models import Brand
from foredesk.people.queries import brand_card
from foredesk.tickets import rebranding
from foredesk.tickets.conflicts import UNSEEN, UnableToChange
from foredesk.tickets.models import Ticket


def answer_as(
    ticket: Ticket, brand: Brand | None, *, by: Actor | Doer, at: datetime, seen: Any = UNSEEN
) -> Ticket:
    """Give the ticket to `brand`, None being the organisation itself: from now on its answers leave
    from a mailbox of that brand.

    Records BrandChanged. Raises UnableToChange, also for a brand that has no mailbox on a desk with
    mailboxes, and what rebranding.rebrand raises.
    """
    after = brand.pk if brand else None
    if ticket.brand_id != after and not can_answer(after):
        raise UnableToChange(
            f"{brand_card(after).name} has no mailbox, so there would be no address to answer "
            "from. Have a mailbox set up for it first."
        )
    return rebranding.rebrand(ticket, brand, by=by, at=at, seen=seen)


def can_answer(brand_id: int | None) -> bool:
    """Whether there is an address of the brand; a desk without any mailbox keeps its answers."""
    boxes = Mailbox.objects.all()
    return boxes.filter(brand=brand_id).exists() or not boxes.exists()
