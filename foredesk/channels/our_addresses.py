"""Our mailboxes and their addresses, kept in memory for a moment: every mail is held against them.

A change made by this process is seen at once (`forget`), one made by another within a second.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from foredesk.channels.models import Mailbox

KEPT = 1.0  # seconds


@dataclass(frozen=True)
class _Kept:
    boxes: dict[int, Mailbox]
    addresses: frozenset[str]
    read_at: float


_kept: list[_Kept] = []


def ours() -> frozenset[str]:
    """All addresses of all mailboxes, lower case; they never become customers."""
    return _fresh().addresses


def boxes() -> dict[int, Mailbox]:
    """All mailboxes by their id, the default first; to be read, never to be changed."""
    return _fresh().boxes


def forget(*, older_than: float = 0.0) -> None:
    """Read anew at the next mail, unless it was read within so many seconds; abilities that change
    mailboxes call this."""
    if _kept and time.monotonic() - _kept[0].read_at >= older_than:
        _kept.clear()


def _fresh() -> _Kept:
    found = _kept[0] if _kept else None
    if found is None or time.monotonic() - found.read_at >= KEPT:
        every = {box.pk: box for box in Mailbox.objects.order_by("-is_default", "pk")}
        addresses = (
            address.lower()
            for box in every.values()
            for address in (box.address, *box.more_addresses)
        )
        found = _Kept(every, frozenset(addresses), time.monotonic())
        _kept[:] = [found]
    return found
