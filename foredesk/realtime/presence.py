"""Say who is reading or typing, and ask who is."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction

from foredesk.logbook.recording import poke
from foredesk.realtime.models import Presence

LEASE = timedelta(seconds=25)
STATES = ("reading", "typing")


def appear(*, topic: str, agent_id: int, state: str, at: datetime) -> None:
    """Note that an agent is on `topic`; the screens are poked only when something changed.

    Raises ValueError for an unknown state.
    """
    if state not in STATES:
        raise ValueError(f"“{state}” is not a state. Say {' or '.join(STATES)}.")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            with old as (select state, seen_at from realtime_presence
                         where topic = %(topic)s and agent_id = %(agent)s)
            insert into realtime_presence as p (topic, agent_id, state, since_at, seen_at)
            values (%(topic)s, %(agent)s, %(state)s, %(at)s, %(at)s)
            on conflict (topic, agent_id) do update
              set state = excluded.state, seen_at = excluded.seen_at,
                  since_at = case when p.seen_at < %(stale)s then excluded.since_at
                                  else p.since_at end
            returning coalesce((select state = %(state)s and seen_at >= %(stale)s from old), false)
            """,
            {
                "topic": topic,
                "agent": agent_id,
                "state": state,
                "at": at,
                "stale": at - LEASE,
            },
        )
        if not cursor.fetchone()[0]:
            poke((topic, "presence"))


def leave(*, topic: str, agent_id: int) -> None:
    """Note that an agent left `topic`."""
    with transaction.atomic():
        if Presence.objects.filter(topic=topic, agent_id=agent_id).delete()[0]:
            poke((topic, "presence"))


class There(NamedTuple):
    """Somebody who is on a topic now."""

    topic: str
    agent_id: int
    state: str
    since_at: datetime


def present_on(topics: list[str], *, at: datetime) -> list[There]:
    """Who is on these topics now, longest first."""
    with connection.cursor() as cursor:
        cursor.execute(_THERE, [topics, at - LEASE])
        return [There(*row) for row in cursor.fetchall()]


_THERE = """
select topic, agent_id, state, since_at from realtime_presence
where topic = any(%s) and seen_at >= %s order by since_at
"""


def sweep(*, at: datetime) -> int:
    """Forget those who left without saying so; returns how many. Screens are poked."""
    with transaction.atomic():
        gone = list(Presence.objects.filter(seen_at__lt=at - LEASE).values_list("topic", flat=True))
        Presence.objects.filter(seen_at__lt=at - LEASE).delete()
        poke((*gone, "presence") if gone else ())
        return len(gone)
