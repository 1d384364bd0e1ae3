"""Remember until when an agent has read a ticket."""

from django.db import connection

from foredesk.people.models import Agent
from foredesk.tickets.models import Seen, Ticket

_NOTED = """
  insert into tickets_seen as s (ticket_id, agent_id, at)
  select this.id, %s, %s::timestamptz from this where not exists (select 1 from tickets_seen
    where ticket_id = this.id and agent_id = %s
      and at >= coalesce(this.customer_wrote_at, this.created_at)) {}
  on conflict (ticket_id, agent_id) do update set at = excluded.at where s.at < excluded.at
"""
_BESIDE = _NOTED.format("")
_ALONE = _NOTED.format("and set_config('synchronous_commit', 'off', true) is not null")


def noting() -> str:
    """What notes that a ticket was read, as a part of the statement that reads its row as `this`;
    its parameters are by whom, until when, by whom.

    Who has read everything costs no write. Where it is all that is written, nobody waits for the
    disk: after a loss of power the ticket may be unread again.
    """
    return _BESIDE if connection.in_atomic_block else _ALONE


def unsee(ticket: Ticket, *, by: Agent) -> None:
    """Mark the ticket as unread for `by`."""
    Seen.objects.filter(ticket=ticket, agent=by).delete()
