"""Every read of promises that others may ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, Q

from foredesk.sla.being_open import is_open, schedule_names
from foredesk.sla.models import Clock, Cover, DayOff, Policy, Recalculation, Schedule
from foredesk.tickets.models import LIVE, UNSOLVED, Ticket

__all__ = ["is_open", "schedule_names"]


@dataclass(frozen=True)
class Promises:
    """What is promised for a ticket: its policy and why, and its clocks, the latest first."""

    policy: str
    policy_id: int | None
    because: list[dict[str, Any]]
    clocks: list[SimpleNamespace]


PROMISES = {
    "cover": """
        select c.policy_id, c.because, p.name from sla_cover c
        join sla_policy p on p.id = c.policy_id where c.ticket_id = this.id""",
    "clocks": """
        select metric, target, started_at, state, ended_at, due_at, breached_at, counted
        from sla_clock where ticket_id = this.id order by started_at desc, metric limit 20""",
}
"""What to ask of a ticket (tickets.reading) for `promises_of`."""


def promises_of(read: Mapping[str, list[dict[str, Any]]]) -> Promises:
    """What is promised, from the answers to PROMISES."""
    cover = read["cover"][0] if read["cover"] else {"policy_id": None, "because": [], "name": ""}
    return Promises(
        policy=cover["name"],
        policy_id=cover["policy_id"],
        because=cover["because"],
        clocks=[SimpleNamespace(**_with_times(one)) for one in read["clocks"]],
    )


def _with_times(clock: dict[str, Any]) -> dict[str, Any]:
    times = {
        name: clock[name] and datetime.fromisoformat(clock[name])
        for name in ("started_at", "ended_at", "due_at", "breached_at")
    }
    return {**clock, **times}


def schedules() -> list[Schedule]:
    """All schedules by name, with their days off."""
    return list(Schedule.objects.prefetch_related("days_off").order_by("name"))


def schedule(pk: int) -> Schedule | None:
    return Schedule.objects.prefetch_related("days_off").filter(pk=pk).first()


def days_off(schedule: Schedule, *, since: datetime) -> list[DayOff]:
    """Its days off from a day on, in order."""
    return list(schedule.days_off.filter(day__gte=since.date()).order_by("day"))


def policies() -> list[Policy]:
    """All policies in their order."""
    return list(Policy.objects.select_related("schedule").order_by("position", "id"))


def policy(pk: int) -> Policy | None:
    return Policy.objects.select_related("schedule").filter(pk=pk).first()


def kept(*, at: datetime, days: int = 28) -> dict[int, tuple[int, int]]:
    """(promises kept, promises that ended) of each policy in the last days, by its number.

    Kept is what was fulfilled in time; what was called off counts nowhere.
    """
    ended = Clock.objects.filter(
        ended_at__gt=at - timedelta(days=days), state="fulfilled", policy__isnull=False
    )
    late = Q(breached_at__isnull=False)
    rows = ended.values_list("policy_id").annotate(kept=Count("pk", filter=~late), all=Count("pk"))
    return {pk: (kept, total) for pk, kept, total in rows}


def covered() -> dict[int | None, int]:
    """How many unsolved tickets are under each policy, by its number."""
    open_ones = Ticket.objects.filter(LIVE, status__in=UNSOLVED).values("pk")
    rows = Cover.objects.filter(ticket__in=open_ones).values_list("policy_id")
    return dict(rows.annotate(n=Count("pk")).order_by())


def recalculation() -> Recalculation | None:
    """The one that runs, if one does."""
    return Recalculation.objects.filter(finished_at=None).first()


def behind(*, at: datetime, patience: timedelta = timedelta(minutes=2)) -> int:
    """How many clocks should have been looked at for longer than `patience`: the worker sleeps."""
    return Clock.objects.filter(alarm_at__lt=at - patience).count()
