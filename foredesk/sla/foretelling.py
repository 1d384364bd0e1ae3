"""Say by when a promise would be due if a customer wrote at some time. Changes nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from foredesk.sla import durations, standards
from foredesk.sla.hours import ALWAYS, Counting, Hours, NeverOpen
from foredesk.sla.metrics import METRICS
from foredesk.sla.models import Policy


@dataclass(frozen=True)
class Foretold:
    """`parts` are how long the clock runs on each day, in the schedule's zone; empty for the
    calendar. `due_at` is None when it would never be due."""

    metric: str
    due_at: datetime | None
    parts: tuple[tuple[date, timedelta], ...] = ()


def foretell(policy: Policy, *, priority: int, at: datetime) -> list[Foretold]:
    """Each promise of the policy at that priority, for a message of the moment `at`."""
    counting: Counting = ALWAYS
    if policy.schedule is not None:
        counting = standards.schedule_hours([policy.schedule])[policy.schedule.pk]
    found = []
    for metric in METRICS:
        plain = policy.targets.get(metric.key, {}).get(str(priority))
        if not plain:
            continue
        try:
            due = counting.after(at, durations.seconds(plain, counting))
        except NeverOpen:
            found.append(Foretold(metric.key, None))
            continue
        parts = _parts(counting, at, due, counting.zone) if isinstance(counting, Hours) else ()
        found.append(Foretold(metric.key, due, parts))
    return found


def _parts(
    hours: Hours, start: datetime, end: datetime, zone: tzinfo
) -> tuple[tuple[date, timedelta], ...]:
    total: dict[date, timedelta] = defaultdict(timedelta)
    for begin, stop in hours.spans(start, end):
        total[begin.astimezone(zone).date()] += stop - begin
    return tuple(total.items())
