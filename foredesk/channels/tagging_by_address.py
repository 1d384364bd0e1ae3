"""Tags by plus-address: a mail to `support+refund@…` puts the tag `refund` on its ticket.

Outside text never makes a tag: it has to be among those that the mailbox allows, or, where the
mailbox says so, one that a ticket has already.
"""

from __future__ import annotations

from foredesk.channels.mail import reply_address
from foredesk.channels.mail.mime import Part
from foredesk.channels.models import Mailbox
from foredesk.tickets import tagging
from foredesk.tickets.conflicts import UnableToChange

MOST = 5


def tags_of(root: Part, rcpt_to: list[str], mailbox: Mailbox | None) -> tuple[str, ...]:
    """The tags that the addresses of a mail ask for and its mailbox allows."""
    if mailbox is None or not (mailbox.plus_tags or mailbox.plus_tags_known):
        return ()
    found: list[str] = []
    for detail in reply_address.details_in(root, rcpt_to, mailbox.addresses)[: 2 * MOST]:
        try:
            tag = tagging.clean(detail)
        except UnableToChange:
            continue
        is_allowed = tag in mailbox.plus_tags or (mailbox.plus_tags_known and tagging.is_known(tag))
        if is_allowed and tag not in found:
            found.append(tag)
    return tuple(found[:MOST])
