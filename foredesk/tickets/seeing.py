"""Remember until when an agent has read a ticket."""

from datetime import datetime

from django.db import connection

from foredesk.people.models import Agent
from foredesk.tickets.models import Seen, Ticket

NOTED = """
  insert into tickets_seen as s (ticket_id, agent_id, at)
  select this.id, %s, %s::timestamptz from {} this where not exists (select 1 from tickets_seen
    where ticket_id = this.id and agent_id = %s
      and at >= coalesce(this.customer_wrote_at, this.created_at)) {}
  on conflict (ticket_id, agent_id) do update set at = excluded.at where s.at < excluded.at
"""
"""What `see` writes, for statements that read as well. The first {} is where the ticket's row is,
the second a further condition; the parameters are by whom, until when, by whom. Who has read
everything costs no write."""
UNAWAITED = "and set_config('synchronous_commit', 'off', true) is not null"
"""That condition where nothing else is written in the same transaction: a page that is looked at
need not wait for the disk. After a loss of power its ticket may be unread again."""


def see(ticket: Ticket, *, by: Agent, at: datetime) -> bool:
    """Note that `by` has read everything until `at`; True when something was unread before."""
    row = "(select * from tickets_ticket where id = %s)"
    with connection.cursor() as cursor:
        cursor.execute(NOTED.format(row, ""), [by.pk, at, ticket.pk, by.pk])
        return cursor.rowcount > 0


def unsee(ticket: Ticket, *, by: Agent) -> None:
    """Mark the ticket as unread for `by`."""
    Seen.objects.filter(ticket=ticket, agent=by).delete()
