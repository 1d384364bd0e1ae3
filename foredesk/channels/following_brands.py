"""When a mailbox goes to another brand, the tickets that came by it go along: their customers wrote
to its address, and are answered from there."""

from foredesk.channels.models import Mailbox
from foredesk.logbook.actors import SYSTEM
from foredesk.plumbing.clock import now
from foredesk.tickets import rebranding
from foredesk.tickets.models import Status, Ticket

TOGETHER = 500


def follow(mailbox_id: int, before: int | None) -> None:
    """Let the tickets of this mailbox that are not closed follow it from the brand `before`; those
    that a person gave another brand stay there. Again does no harm."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id).first()
    if mailbox is None or mailbox.brand_id == before:
        return
    account = str(mailbox.pk)
    found = Ticket.objects.filter(account=account, brand=before).exclude(status=Status.CLOSED)
    last = 0
    while True:
        rows = found.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        numbers = list(rows[:TOGETHER])
        if not numbers:
            return
        last = numbers[-1]
        rebranding.follow(
            account, numbers, before=before, after=mailbox.brand_id, by=SYSTEM, at=now()
        )
