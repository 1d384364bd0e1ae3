"""Tell the writer of a new ticket that it arrived.

Nothing in this mail comes from the one who wrote: with a forged sender it goes to a stranger, and
must carry nobody's words to them.
"""

from __future__ import annotations

from datetime import datetime

from foredesk.channels import braking
from foredesk.channels.accepting import OLD
from foredesk.channels.models import Mailbox
from foredesk.people.models import Identity
from foredesk.people.queries import brand_card, workspace
from foredesk.plumbing.clock import now
from foredesk.tickets import acknowledging
from foredesk.tickets.arrivals import InboundMessage
from foredesk.tickets.models import Message

TEXT = """Hello,

we received your message. It has the number #{number}, and we answer as soon as we can.

To add something, just reply to this mail. If you did not write to us, you need not do anything.

{brand}"""


def is_due(mailbox: Mailbox, inbound: InboundMessage, message: Message) -> bool:
    """Whether this message asks for an acknowledgement: a person's, that opened a ticket."""
    return (
        mailbox.acknowledges
        and mailbox.is_active
        and not inbound.is_automatic
        and not inbound.is_auto_reply
        and message.ticket.created_at == inbound.at
        and now() - inbound.at < OLD  # mail of a first import is years old
        and message.ticket.spam_at is None
    )


def acknowledge(
    mailbox: Mailbox, inbound: InboundMessage, message: Message, *, is_proven: bool, at: datetime
) -> Message | None:
    """Write the acknowledgement and queue it, unless a brake holds it or its reader complained.

    Within the transaction that opened the ticket. `is_proven`: the sender's domain vouches for
    this mail.
    """
    from foredesk.channels import tasks

    identity = Identity.objects.filter(kind=inbound.channel, value=message.author_address).first()
    if identity is None or identity.complained_at or identity.undeliverable_at:
        return None
    is_proven = is_proven or identity.verified_at is not None
    if not braking.may_send(
        message.author_address,
        purpose="acknowledgement",
        ticket_id=message.ticket_id,
        is_proven=is_proven,
        at=at,
    ):
        return None
    written = acknowledging.acknowledge(
        message.ticket,
        text=text_of(mailbox, message.ticket_id),
        by=brand_card(mailbox.brand_id).name,
        at=at,
    )
    tasks.send_due.defer(ticket_id=message.ticket_id)
    return written


def text_of(mailbox: Mailbox, number: int) -> str:
    """What the mailbox acknowledges with: its own words, or ours."""
    text = mailbox.acknowledgement_text.strip() or TEXT
    text = text.replace("{number}", str(number)).replace("{workspace}", workspace().name)
    return text.replace("{brand}", brand_card(mailbox.brand_id).name)
