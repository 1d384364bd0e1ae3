"""Which mailbox an arriving mail belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from foredesk.channels import our_addresses
from foredesk.channels.mail.reply_address import plain
from foredesk.channels.models import Mailbox

NEW = 0.1
"""Seconds for which an address that is nobody's is not looked for again: a mailbox may have been
added meanwhile, and mail to strangers must not cost a look for each."""


def mailbox_for(recipients: Sequence[str]) -> Mailbox | None:
    """The active mailbox of the first recipient that has one, else the default mailbox."""
    return _found(recipients) or default_of(_active())


def _found(recipients: Sequence[str]) -> Mailbox | None:
    found = _named(recipients)
    if found is None:
        our_addresses.forget(older_than=NEW)
        found = _named(recipients)
    return found


def _named(recipients: Sequence[str]) -> Mailbox | None:
    by_address = {address: box for box in reversed(_active()) for address in box.addresses}
    for recipient in recipients:
        found = by_address.get(recipient.strip().lower()) or by_address.get(plain(recipient))
        if found is not None:
            return found
    return None


def _active() -> list[Mailbox]:
    return [box for box in our_addresses.boxes().values() if box.is_active]


def default_mailbox() -> Mailbox | None:
    """The mailbox for what has none of its own."""
    return default_of(list(Mailbox.objects.filter(is_active=True).order_by("-is_default", "pk")))


def default_of(boxes: Sequence[Mailbox]) -> Mailbox | None:
    """The one that is marked as default; a single one needs no mark."""
    return next((box for box in boxes if box.is_default), boxes[0] if len(boxes) == 1 else None)


def first_of(boxes: Iterable[Mailbox], *, team: int | None) -> Mailbox | None:
    """The mailbox that speaks for a brand: one that is on, of this team, the default, the first."""
    return min(
        boxes,
        key=lambda one: (not one.is_active, one.team_id != team, not one.is_default, one.pk),
        default=None,
    )


def is_known(recipient: str) -> bool:
    """Whether an active mailbox has this address, whatever stands after a plus."""
    return _found([recipient]) is not None
