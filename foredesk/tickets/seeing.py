"""Remember until when an agent has read a ticket."""

from datetime import datetime

from django.db import connection

from foredesk.people.models import Agent
from foredesk.tickets.models import Seen, Ticket


def see(ticket: Ticket, *, by: Agent, at: datetime) -> bool:
    """Note that `by` has read everything until `at`; True when something was unread before."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into tickets_seen as s (ticket_id, agent_id, at) values (%s, %s, %s)
            on conflict (ticket_id, agent_id) do update set at = excluded.at
              where s.at < (select coalesce(customer_wrote_at, created_at)
                            from tickets_ticket where id = s.ticket_id)
            """,
            [ticket.pk, by.pk, at],
        )
        return cursor.rowcount > 0


def unsee(ticket: Ticket, *, by: Agent) -> None:
    """Mark the ticket as unread for `by`."""
    Seen.objects.filter(ticket=ticket, agent=by).delete()
