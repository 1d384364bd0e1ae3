"""Weeks of figures for tests: tallies as counting leaves them."""

from datetime import datetime, timedelta

from foredesk.analytics.defining import STILL
from foredesk.analytics.models import Tally
from foredesk.analytics.weeks import Week
from foredesk.tickets.tests.cases import ticket_of


def tallied(week: Week, zone, *, replies=30, seconds=1200.0, team_id=None, created=30, ticket=None):
    """So many first replies of so many seconds, and so many new tickets, in a week."""
    ticket = ticket or ticket_of()
    at = datetime.combine(week.monday, datetime.min.time(), zone) + timedelta(days=2, hours=9)

    def row(what, value=None):
        return Tally(
            ticket=ticket, what=what, at=at, made_at=at, value=value, open_value=value,
            channel="email", team_id=team_id, customer_id=ticket.requester_id, priority=2,
        )  # fmt: skip

    opened = [row("open") for _ in range(created)]
    for one in opened:
        one.until = STILL
    Tally.objects.bulk_create(
        [row("first_reply", seconds + n) for n in range(replies)]
        + [row("created") for _ in range(created)]
        + opened
    )
    return ticket
