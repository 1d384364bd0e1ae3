"""Count all tickets anew from the logbook: when counting begins, and when a definition changed.

It keeps how far it came with every batch, so that a restart goes on from there. Meanwhile the
numbers stand; what comes out is the same as what was counted fact by fact.
"""

import time
from datetime import datetime

from django.db import transaction
from django.db.models import F

from foredesk.analytics import tallying
from foredesk.analytics.calendars import calendars
from foredesk.analytics.models import Recount
from foredesk.logbook import recording
from foredesk.plumbing.clock import now
from foredesk.tickets.models import Ticket

TOGETHER = 500


def ask(reason: str, *, at: datetime) -> Recount:
    """Begin to count all anew; a run that is on begins again. In the caller's transaction."""
    row, _ = Recount.objects.select_for_update().get_or_create(
        finished_at=None, defaults={"reason": reason, "started_at": at}
    )
    row.reason, row.last_ticket, row.done = reason, 0, 0
    row.total = Ticket.objects.count()
    row.save()
    return row


def step(*, at: datetime) -> bool:
    """Count the next 500 tickets; whether there is more to do."""
    with transaction.atomic():
        tallying.standing()  # one counter at a time
        row = Recount.objects.select_for_update().filter(finished_at=None).first()
        if row is None:
            return False
        found = Ticket.objects.filter(pk__gt=row.last_ticket).order_by("pk")
        numbers = list(found.values_list("pk", flat=True)[:TOGETHER])
        if not numbers:
            row.finished_at = at
            row.save(update_fields=["finished_at"])
            recording.poke(tallying.TOPICS)
            return False
        tallying.tally(numbers, known=calendars())
        row.done, row.last_ticket = F("done") + len(numbers), numbers[-1]
        row.save(update_fields=["done", "last_ticket"])
        return True


def go_on(*, seconds: float) -> int:
    """Take steps until all is done or the time is up; returns how many."""
    until, steps = time.monotonic() + seconds, 0
    while step(at=now()):
        steps += 1
        if time.monotonic() > until:
            break
    return steps
