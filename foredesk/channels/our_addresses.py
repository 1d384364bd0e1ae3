"""Our mailboxes and their addresses, kept in memory for a moment: every mail is held against them.

A change made by this process is seen at once (`forget`), one made by another within a second.
"""

from __future__ import annotations

from typing import NamedTuple

from foredesk.channels.models import Mailbox
from foredesk.logbook.freshness import Kept


class _Ours(NamedTuple):
    boxes: dict[int, Mailbox]
    addresses: frozenset[str]


def ours() -> frozenset[str]:
    """All addresses of all mailboxes, lower case; they never become customers."""
    return _kept().addresses


def boxes() -> dict[int, Mailbox]:
    """All mailboxes by their id, the default first; to be read, never to be changed."""
    return _kept().boxes


def _read() -> _Ours:
    every = {box.pk: box for box in Mailbox.objects.order_by("-is_default", "pk")}
    addresses = (
        address.lower() for box in every.values() for address in (box.address, *box.more_addresses)
    )
    return _Ours(every, frozenset(addresses))


_kept = Kept(_read)
forget = _kept.forget
"""Read anew at the next mail; abilities that change mailboxes call this."""
