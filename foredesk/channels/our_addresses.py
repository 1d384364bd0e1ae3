"""The addresses of our own mailboxes, kept in memory for a moment: every mail is held against them.

A change made by this process is seen at once (`forget`), one made by another within a second.
"""

from __future__ import annotations

import time

from foredesk.channels.models import Mailbox

KEPT = 1.0  # seconds
_kept: list[tuple[float, frozenset[str]]] = []


def ours() -> frozenset[str]:
    """All addresses of all mailboxes, lower case; they never become customers."""
    if _kept and time.monotonic() - _kept[0][0] < KEPT:
        return _kept[0][1]
    found = frozenset(
        address.lower()
        for main, more in Mailbox.objects.values_list("address", "more_addresses")
        for address in (main, *more)
    )
    _kept[:] = [(time.monotonic(), found)]
    return found


def forget() -> None:
    """Read anew at the next mail; abilities that change mailboxes call this."""
    _kept.clear()
