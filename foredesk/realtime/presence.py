"""Say who is reading or typing, and ask who is."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction

from foredesk.logbook import freshness
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
            _poke(topic)


def leave(*, topic: str, agent_id: int) -> None:
    """Note that an agent left `topic`."""
    with transaction.atomic():
        if Presence.objects.filter(topic=topic, agent_id=agent_id).delete()[0]:
            _poke(topic)


class There(NamedTuple):
    """Somebody who is on a topic now."""

    topic: str
    agent_id: int
    state: str
    since_at: datetime
    seen_at: datetime


def present_on(topics: list[str], *, at: datetime) -> list[There]:
    """Who is on these topics now, longest first."""
    here, wanted = _everybody(), set(topics)
    return [one for one in here if one.topic in wanted and one.seen_at >= at - LEASE]


def _everybody() -> list[There]:
    """All there are, longest first, as it was less than a moment ago when nobody came or went
    since: they are as many as agents are at work, and every list asks. Nothing is kept inside a
    transaction, which may see more."""
    return _read() if connection.in_atomic_block else _kept()


def _read() -> list[There]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select topic, agent_id, state, since_at, seen_at from realtime_presence"
            " order by since_at"
        )
        return [There(*row) for row in cursor.fetchall()]


_kept = freshness.Kept(_read, until=freshness.PRESENCE)


def sweep(*, at: datetime) -> int:
    """Forget those who left without saying so; returns how many. Screens are poked."""
    with transaction.atomic():
        gone = list(Presence.objects.filter(seen_at__lt=at - LEASE).values_list("topic", flat=True))
        Presence.objects.filter(seen_at__lt=at - LEASE).delete()
        if gone:
            _poke(*gone)
        return len(gone)


def _poke(*topics: str) -> None:
    poke((*topics, freshness.PRESENCE))
    connection.on_commit(_touch)


def _touch() -> None:
    freshness.touch(freshness.PRESENCE)
