"""Remember until when an agent has read a ticket."""

from datetime import datetime

from django.db import connection

from foredesk.people.models import Agent
from foredesk.tickets.models import Seen, Ticket

_WROTE = "coalesce(customer_wrote_at, created_at)"  # when there was last something new to read
NOTED = f"""
  insert into tickets_seen as s (ticket_id, agent_id, at)
  select t.id, %s, %s::timestamptz from tickets_ticket t where t.id = {{}} and not exists
    (select 1 from tickets_seen where ticket_id = t.id and agent_id = %s and at >= {_WROTE})
  on conflict (ticket_id, agent_id) do update set at = excluded.at
    where s.at < (select {_WROTE} from tickets_ticket where id = s.ticket_id)
"""  # noqa: S608  (our own SQL)
"""What `see` writes, for statements that read as well: {} is which ticket, the parameters are by
whom, until when, by whom. Who has read everything costs no write."""


def see(ticket: Ticket, *, by: Agent, at: datetime) -> bool:
    """Note that `by` has read everything until `at`; True when something was unread before."""
    with connection.cursor() as cursor:
        cursor.execute(NOTED.format("%s"), [by.pk, at, ticket.pk, by.pk])
        return cursor.rowcount > 0


def unsee(ticket: Ticket, *, by: Agent) -> None:
    """Mark the ticket as unread for `by`."""
    Seen.objects.filter(ticket=ticket, agent=by).delete()
