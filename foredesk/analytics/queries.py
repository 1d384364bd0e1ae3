"""Reads of numbers that screens ask beside the numbers themselves (asking.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from foredesk.analytics.models import Recount, Standing, Tally, Yardstick
from foredesk.people.models import Agent
from foredesk.sla.models import Policy
from foredesk.tickets.models import LIVE, UNSOLVED, Ticket
from foredesk.tickets.visibility import visible_to

AGES = ((4, "under 4 h"), (24, "4 to 24 h"), (72, "1 to 3 days"), (None, "over 3 days"))
"""Hours up to which a ticket belongs to a group, and its name."""


@dataclass(frozen=True)
class Counted:
    """How far it was counted: `at` None before the first time; `left` tickets of a full count."""

    at: datetime | None
    left: int

    @property
    def is_beginning(self) -> bool:
        return self.at is None or self.left > 0


def counted() -> Counted:
    """How far the numbers are."""
    row = Standing.objects.first()
    running = Recount.objects.filter(finished_at=None).first()
    left = max(0, running.total - running.done) if running else 0
    return Counted(row.counted_at if row else None, left)


def has_hours() -> bool:
    """Whether open hours can be counted: the desk or a promise has a schedule."""
    return (
        Yardstick.objects.exclude(schedule=None).exists()
        or Policy.objects.exclude(schedule=None).exists()
    )


def has_any() -> bool:
    """Whether anything was ever counted."""
    return Tally.objects.exists()


def open_by_age(viewer: Agent, *, at: datetime, where: tuple = ()) -> list[tuple[str, int]]:
    """Unsolved tickets by how long ago they were created, the youngest first (KPI 19)."""
    ages, last = {}, None
    for n, (hours, _name) in enumerate(AGES):
        bounds = Q()
        if last is not None:
            bounds &= Q(created_at__lte=at - timedelta(hours=last))
        if hours is not None:
            bounds &= Q(created_at__gt=at - timedelta(hours=hours))
        ages[f"age_{n}"] = Count("pk", filter=bounds)
        last = hours
    found = _open(viewer, where).aggregate(**ages)
    return [(name, found[f"age_{n}"]) for n, (_hours, name) in enumerate(AGES)]


def oldest_waiting(viewer: Agent, *, where: tuple = ()) -> datetime | None:
    """Since when the customer who has waited longest has had no answer (KPI 19)."""
    found = _open(viewer, where).exclude(waiting_since=None).order_by("waiting_since")
    return found.values_list("waiting_since", flat=True).first()


def open_by_agent(viewer: Agent) -> dict[int | None, int]:
    """How many unsolved tickets each person has."""
    rows = _open(viewer, ()).values("assignee").annotate(n=Count("pk")).order_by()
    return {row["assignee"]: row["n"] for row in rows}


_FIELDS = {
    "team": "team_id",
    "agent": "assignee_id",
    "channel": "channel",
    "priority": "priority",
    "customer": "requester_id",
    "brand": "brand_id",
}


def _open(viewer: Agent, where: tuple) -> QuerySet[Ticket]:
    found = visible_to(viewer).filter(LIVE & Q(status__in=UNSOLVED))
    for name, value in where:
        if name == "tag":
            found = found.filter(tags__contains=[value])
        elif name in _FIELDS:
            found = found.filter(**{_FIELDS[name]: value})
    return found
