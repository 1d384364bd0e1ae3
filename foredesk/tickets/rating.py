"""What its customer says of a ticket, written on it, so that lists and rules see it."""

from __future__ import annotations

from foredesk.tickets.models import Ticket

GOOD, BAD, NONE = "good", "bad", ""
RATINGS = ((GOOD, "good"), (BAD, "bad"))


def rate(ticket: Ticket, rating: str) -> None:
    """Write the rating on the locked row; records nothing, since the survey has facts of its own.

    Raises ValueError for what is no rating.
    """
    if rating not in (GOOD, BAD, NONE):
        raise ValueError(f"“{rating}” is no rating.")
    ticket.rating = rating
    ticket.save(update_fields=["rating"])
