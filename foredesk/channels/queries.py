"""Every read of mailboxes, envelopes and dispatches that others may ask."""

from __future__ import annotations

from foredesk.channels.models import Mailbox


def own_addresses() -> frozenset[str]:
    """All addresses of all mailboxes, lower case; they never become customers."""
    return frozenset(
        address.lower()
        for main, more in Mailbox.objects.values_list("address", "more_addresses")
        for address in (main, *more)
    )
