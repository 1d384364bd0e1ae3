"""Mail that waits although no job is going to take it: after a crash, a lost job, a restore."""

from datetime import datetime, timedelta

from foredesk.channels import opening, sending, tasks
from foredesk.tickets import delivery

GRACE = timedelta(minutes=1)
"""A reply's own job is given this long after the time at which it was due."""


def catch_up(*, at: datetime) -> dict[str, int]:
    """Queue jobs for waiting envelopes and due replies; judge replies whose sender died.

    Returns how many of each. Doing it twice does no harm: the jobs look at what is still waiting.
    """
    envelopes = opening.overdue(at=at)
    opening.requeue(envelopes)
    recovered = sending.recover_stuck(at=at)
    overdue = set(delivery.overdue(at=at - GRACE)) | set(recovered)
    for ticket_id in sorted(overdue):
        tasks.send_due.defer(ticket_id=ticket_id)
    return {"envelopes": len(envelopes), "stuck": len(recovered), "replies": len(overdue)}
