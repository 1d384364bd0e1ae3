"""Words on a ticket that reports and rules can find."""

import re
from collections.abc import Sequence
from datetime import datetime

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.tickets import rights
from foredesk.tickets.conflicts import UnableToChange, must_be_open
from foredesk.tickets.events import TagsChanged
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Ticket
from foredesk.tickets.placing import place

MOST_TAGS = 30
_SHAPE = re.compile(r"[\w][\w\-+./]{0,47}")


def _stored(tag: str) -> str:
    return "-".join(tag.lower().split())


def clean(tag: str) -> str:
    """A tag as it is stored: lower case, words joined by hyphens. Raises UnableToChange."""
    cleaned = _stored(tag)
    if not _SHAPE.fullmatch(cleaned):
        raise UnableToChange(
            f"“{tag.strip()[:60]}” can't be a tag. Use up to 48 letters, digits, hyphens."
        )
    return cleaned


def is_known(tag: str) -> bool:
    """Whether a ticket has this tag, as it is stored."""
    return Ticket.objects.filter(tags__contains=[tag]).exists()


def tag_from_outside(
    ticket: Ticket, tags: Sequence[str], *, by: Actor | Doer, at: datetime
) -> None:
    """Put on what a mail's address asks for and its mailbox allows, as far as there is room.

    The row is locked and saved here. Records TagsChanged when something was added.
    """
    added = [tag for tag in tags if tag not in ticket.tags][: max(0, MOST_TAGS - len(ticket.tags))]
    if added:
        ticket.tags = [*ticket.tags, *added]
        ticket.save(update_fields=["tags"])
        recording.record(TagsChanged(**place(ticket), added=added, removed=[]), by=by, at=at)


def change_tags(
    ticket: Ticket,
    *,
    add: list[str] = [],  # noqa: B006  (never mutated)
    remove: list[str] = [],  # noqa: B006
    by: Actor | Doer,
    at: datetime,
) -> Ticket:
    """Add and remove single tags, so that two people's tags never overwrite each other.

    Records TagsChanged with what really changed.
    """
    rights.must_work(by)
    wanted = [clean(tag) for tag in add]
    unwanted = {_stored(tag) for tag in remove}
    with locked(ticket.pk) as row:
        must_be_open(row)
        removed = [tag for tag in row.tags if tag in unwanted]
        kept = [tag for tag in row.tags if tag not in unwanted]
        added = [tag for tag in dict.fromkeys(wanted) if tag not in kept]
        if not added and not removed:
            return row
        if len(kept) + len(added) > MOST_TAGS:
            raise UnableToChange(f"A ticket holds {MOST_TAGS} tags at most. Remove one first.")
        row.tags = [*kept, *added]
        row.save(update_fields=["tags"])
        recording.record(TagsChanged(**place(row), added=added, removed=removed), by=by, at=at)
        return row
