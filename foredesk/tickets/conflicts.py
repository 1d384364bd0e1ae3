"""Two people change one thing: the second is told, nothing is overwritten silently."""

from typing import Any


class Conflict(Exception):
    """The value is not what the person saw any more: it is `now`, they wanted `wanted`."""

    def __init__(self, what: str, *, now: Any, wanted: Any) -> None:
        super().__init__(f"Somebody else changed the {what} meanwhile. Look again, then choose.")
        self.what, self.now, self.wanted = what, now, wanted


class UnableToChange(Exception):
    """The change makes no sense for this ticket as it is; the message says why and what to do."""


UNSEEN: Any = object()
"""Stands for "I did not look": no conflict is possible."""


def must_be(what: str, now: Any, *, seen: Any, wanted: Any) -> None:
    """Raise Conflict when `now` is neither what the person saw nor what they want."""
    if seen is not UNSEEN and now != seen and now != wanted:
        raise Conflict(what, now=now, wanted=wanted)


def must_be_open(ticket: Any) -> None:
    """Raise UnableToChange for a ticket whose work is over."""
    if ticket.merged_into_id:
        raise UnableToChange(f"This ticket was merged into #{ticket.merged_into_id}. Work there.")
    if ticket.is_closed:
        raise UnableToChange("This ticket is closed. A reply of the customer opens a follow-up.")
