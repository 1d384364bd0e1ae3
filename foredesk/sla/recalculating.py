"""Look at all unsolved tickets anew after a promise, a schedule or a priority's meaning changed.

One runs at a time. It keeps how far it came with every batch, so that a restart goes on from there;
another change while it runs makes it begin again. It begins when every process has heard of the
change: what happened before under the old standards is then among what it looks at.
"""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer, actor_of
from foredesk.plumbing.clock import now
from foredesk.sla import standards, timing
from foredesk.sla.events import RecalculationAsked
from foredesk.sla.models import Clock, Recalculation
from foredesk.tickets.models import LIVE, UNSOLVED, Ticket

TOGETHER = 200
SETTLING = timedelta(seconds=3)
"""Until every process knows of a change (standards are kept for a second), and what it was just
writing is committed."""


def ask(reason: str, *, by: Actor | Doer, at: datetime) -> Recalculation:
    """Begin a recalculation, or let the one that runs begin again. In the caller's transaction.

    The desk's clockwork takes the steps. Records RecalculationAsked.
    """
    row, _ = Recalculation.objects.select_for_update().get_or_create(
        finished_at=None, defaults={"reason": reason, "started_at": at}
    )
    row.reason, row.asked_by, row.started_at = reason, actor_of(by).name, at
    row.last_ticket, row.done, row.changed, row.total = 0, 0, 0, _open().count()
    row.save()
    fact = RecalculationAsked(recalculation_id=row.pk, reason=reason)
    recording.record(fact, by=by, at=at)
    return row


def step(*, at: datetime) -> bool:
    """Look at the next 200 tickets; whether there is more to do now."""
    with transaction.atomic():
        row = Recalculation.objects.select_for_update().filter(finished_at=None).first()
        if row is None or at < row.started_at + SETTLING:
            return False
        found = _open().filter(pk__gt=row.last_ticket).order_by("pk")
        numbers = list(found.values_list("pk", flat=True)[:TOGETHER])
        if not numbers:
            row.finished_at = at
            row.save(update_fields=["finished_at"])
            recording.poke(("standards",))
            return False
        standards.forget()
        row.changed = F("changed") + timing.retime(numbers, at=at)
        row.done, row.last_ticket = F("done") + len(numbers), numbers[-1]
        row.save(update_fields=["changed", "done", "last_ticket"])
        recording.poke(("standards",))
        return True


def go_on(*, seconds: float) -> int:
    """Take steps until all is done or the time is up; returns how many."""
    until, steps = time.monotonic() + seconds, 0
    while step(at=now()):
        steps += 1
        if time.monotonic() > until:
            break
    return steps


def _open():
    """Unsolved tickets, and those whose clocks still run."""
    running = Clock.objects.filter(ended_at=None).values("ticket_id")
    return Ticket.objects.filter((LIVE & Q(status__in=UNSOLVED)) | Q(pk__in=running))
