"""Tickets that stayed solved for the time that the workspace sets are closed.

Where the workspace warns before, only those whose customer had the warning for its full time.
"""

from datetime import datetime, timedelta

from foredesk.automations import warning
from foredesk.logbook.actors import SYSTEM
from foredesk.people import queries as people
from foredesk.tickets import closing, queries

MOST = 500


def close_solved(*, at: datetime) -> int:
    """Close what was solved long enough ago, 500 at most; returns how many.

    One that still has a reply on its way is left for the next time.
    """
    workspace = people.workspace()
    days = workspace.close_after_days
    if not days:
        return 0
    warned_before = at - timedelta(days=workspace.close_warning_days)
    closed = 0
    for ticket in queries.solved_before(at - timedelta(days=days), limit=MOST):
        if workspace.close_warning_days and not warning.is_warned(ticket, before=warned_before):
            continue
        try:
            closing.close(ticket, by=SYSTEM, at=at)
            closed += 1
        except closing.UnableToClose:
            continue
    return closed
