"""Write down clocks, and which policy covers a ticket: some statements however many tickets."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from psycopg.types.json import Jsonb

from foredesk.plumbing import inserting, updating
from foredesk.sla.models import Clock, Cover

_CHANGED = (
    "policy",
    "policy_name",
    "schedule",
    "target",
    "state",
    "ended_at",
    "due_at",
    "breached_at",
    "counted",
    "alarm_at",
    "level",
    "events",
)


def store_clocks(new: Sequence[Clock], changed: Sequence[Clock]) -> None:
    """Write new clocks, which get their numbers, and those that changed."""
    inserting.insert_all(new)
    updating.update_all(changed, _CHANGED)


_COVER = (
    "insert into sla_cover (ticket_id, policy_id, because, since)"
    " select * from unnest(%s::bigint[], %s::bigint[], %s::jsonb[], %s::timestamptz[])"
    " on conflict (ticket_id) do update"
    " set policy_id = excluded.policy_id, because = excluded.because, since = excluded.since"
)


def store_covers(covers: Sequence[Cover], *, gone: Sequence[int]) -> None:
    """Write which policy covers each ticket from now on; the tickets `gone` have none any more."""
    if gone:
        Cover.objects.filter(ticket_id__in=gone).delete()
    if not covers:
        return
    values = [(one.ticket_id, one.policy_id, Jsonb(one.because), one.since) for one in covers]
    with connection.cursor() as cursor:
        cursor.execute(_COVER, [list(column) for column in zip(*values, strict=True)])
