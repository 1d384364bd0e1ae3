"""What the shop promises, and how it kept its word in these two years."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from foredesk.demo import copying
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.sla import holidays_of, recalculating, standards, timing
from foredesk.sla.models import Clock, Cover, Escalation, Policy, Schedule
from foredesk.tickets.models import Ticket

TOGETHER = 1000
LUNCH = [[480, 720], [750, 1080]]
WEEK = [
    LUNCH, LUNCH, [[480, 720], [810, 1080]], [[480, 720], [750, 1200]], [[480, 720], [750, 960]],
    [[600, 840]], [],
]  # fmt: skip
PROMISES: tuple[tuple[str, dict[str, Any], dict[str, str], bool], ...] = (
    (
        "Urgent",
        {"all": [{"field": "priority", "is": "any_of", "value": ["4"]}]},
        {"first_reply": "1h", "next_reply": "2h", "full_resolution": "1d"},
        False,
    ),
    (
        "Business customers",
        {"all": [{"field": "organisation", "is": "set"}]},
        {"first_reply": "2h", "next_reply": "4h", "full_resolution": "16h"},
        True,
    ),
    (
        "Everyone",
        {"all": []},
        {"first_reply": "6h", "next_reply": "1d", "full_resolution": "1d"},
        True,
    ),
)


def promise(*, at: datetime, now: datetime) -> None:
    """Hours, promises and escalations as they were set up `at`. Names that are taken stay as they
    are."""
    schedule, _ = Schedule.objects.get_or_create(
        name="Support, Oslo",
        defaults={
            "time_zone": "Europe/Oslo", "week": WEEK, "country": "NO", "created_at": at,
            "is_demo": True,
        },
    )  # fmt: skip
    if schedule.is_demo:
        holidays_of.keep(schedule, at=at.replace(year=now.year - 2))
        holidays_of.keep(schedule, at=now)
    for place, (name, conditions, times, by_hours) in enumerate(PROMISES):
        Policy.objects.get_or_create(
            name=name,
            defaults={
                "position": place, "conditions": conditions, "changed_at": at, "is_demo": True,
                "targets": {m: dict.fromkeys("1234", time) for m, time in times.items()},
                "schedule": schedule if by_hours else None, "pauses": ["pending", "on_hold"],
            },
        )  # fmt: skip
    if not Escalation.objects.exists():
        Escalation.objects.create(left=333, tell=["assignee"], is_demo=True)
        Escalation.objects.create(left=100, tell=["assignee", "team"], is_demo=True)
        Escalation.objects.create(left=0, tell=["leads"], is_demo=True)
    standards.forget()


def keep_time(*, at: datetime) -> None:
    """Every clock of the demo's tickets as it would have run, with its facts."""
    ids = list(Ticket.objects.filter(is_demo=True).order_by("pk").values_list("pk", flat=True))
    told = []
    for start in range(0, len(ids), TOGETHER):
        told += timing.retime_quietly(ids[start : start + TOGETHER], at=at)
    _cover_from_the_first_moment()
    told.sort(key=lambda pair: pair[1])
    number = copying.first_id(Entry)
    entries = [
        Entry(
            id=number + index,
            kind=fact.kind(),
            about_kind=fact.about,
            about_id=fact.about_id(),
            data=fact.data(),
            actor_kind=SYSTEM.kind,
            actor_name=SYSTEM.name,
            at=when,
        )
        for index, (fact, when) in enumerate(told)
    ]
    copying.copy(Entry, entries)


def _cover_from_the_first_moment() -> None:
    """Each ticket was promised something when it came, not when the demo was loaded."""
    came_at = Ticket.objects.filter(pk=OuterRef("ticket")).values("created_at")
    Cover.objects.filter(ticket__is_demo=True).update(since=Subquery(came_at))


def take_back(*, at: datetime) -> None:
    """Remove what the demo promised; own tickets come under own promises, or under none."""
    Escalation.objects.filter(is_demo=True).delete()
    Clock.objects.filter(policy__is_demo=True, ended_at=None).delete()
    Policy.objects.filter(is_demo=True).delete()
    Schedule.objects.filter(is_demo=True, policies=None).delete()
    standards.forget()
    if Ticket.objects.exists():
        recalculating.ask("The demo was removed.", by=SYSTEM, at=at)
