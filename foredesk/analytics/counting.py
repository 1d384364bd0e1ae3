"""Follow the logbook and tally the tickets that something happened to.

It is followed by position, so nothing is missed, and how far it came is kept in the transaction
that tallied it, so a crash counts nothing twice.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from foredesk.analytics import answering, recounting, tallying
from foredesk.analytics.calendars import calendars
from foredesk.analytics.histories import KINDS
from foredesk.analytics.measures import DEFINITIONS
from foredesk.analytics.models import Standing
from foredesk.logbook import recording, replaying
from foredesk.plumbing.clock import now

TOGETHER = 500  # entries


def go_on(*, seconds: float) -> int:
    """Count what was recorded since, until all is counted or the time is up; returns how many
    facts were looked at."""
    until, done, before = time.monotonic() + seconds, 0, _changes()
    while found := step(at=now()):
        done += found
        if time.monotonic() > until:
            break
    if answering.refresh(at=now()) or _changes() != before:
        tell()
    return done


def _changes() -> int:
    return Standing.objects.values_list("changes", flat=True).first() or 0


def tell() -> None:
    """Let the screens of numbers look again."""
    with transaction.atomic():
        recording.poke(tallying.TOPICS)


def step(*, at: datetime) -> int:
    """Count the next 500 entries of the logbook; returns how many there were."""
    with transaction.atomic():
        standing = tallying.standing()
        if standing.counted_at is None:
            _begin(at)
            return 0
        if standing.definitions != DEFINITIONS:
            Standing.objects.filter(pk=1).update(definitions=DEFINITIONS)
            recounting.ask("Definitions of numbers changed.", at=at)
        position = (int(standing.xact), standing.entry)
        found = replaying.entries_after(position, limit=TOGETHER)
        if not found:
            return 0
        tallying.tally(_touched(entry for _, entry in found), known=calendars())
        xact, entry = found[-1][0]
        Standing.objects.filter(pk=1).update(xact=str(xact), entry=entry, counted_at=at)
        return len(found)


def _begin(at: datetime) -> None:
    """The past is counted ticket by ticket, what comes from now on fact by fact."""
    xact, entry = replaying.end()
    Standing.objects.filter(pk=1).update(
        xact=str(xact), entry=entry, counted_at=at, definitions=DEFINITIONS
    )
    recounting.ask("Counting begins.", at=at)


def _touched(entries: Iterable[Any]) -> list[int]:
    """The tickets that these entries may have changed a number of."""
    found = set()
    for entry in entries:
        if entry.kind in KINDS:
            found.add(entry.about_id)
            if entry.kind == "tickets.TicketMerged":
                found.add(entry.data["into"])
    return sorted(found)
