"""Notice what time alone changes: an escalation is due, a promise is late."""

from datetime import datetime

from foredesk.sla import timing
from foredesk.sla.models import Clock

MOST = 500
TOGETHER = 50


def alarm_due(*, at: datetime) -> int:
    """Bring the clocks up to `at` whose next alarm has come, the oldest first, 500 at most; returns
    how many tickets that were. Records what timing.retime does."""
    due = Clock.objects.filter(alarm_at__lte=at).order_by("alarm_at")
    tickets = list(dict.fromkeys(due.values_list("ticket_id", flat=True)[:MOST]))
    for start in range(0, len(tickets), TOGETHER):
        timing.retime(tickets[start : start + TOGETHER], at=at)
    return len(tickets)
