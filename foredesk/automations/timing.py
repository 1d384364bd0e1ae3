"""Time as a condition: which moment of a ticket an automation waits after. Pure, but for `Q`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from foredesk.tickets.models import LIVE, UNSOLVED, Status

LONGEST = 24 * 366  # hours
UNITS = {"hours": 1, "days": 24}


@dataclass(frozen=True)
class Moment:
    """A column of tickets; `words` follow "When", `statuses` are those in which it counts."""

    key: str
    words: str
    column: str
    read: Callable[[Any], datetime | None]
    statuses: tuple[str, ...] = UNSOLVED


MOMENTS: dict[str, Moment] = {
    one.key: one
    for one in (
        Moment("activity", "the last message", "activity_at", lambda p: p.activity_at),
        Moment("waiting", "the unanswered message", "waiting_since", lambda p: p.waiting_since),
        Moment("created", "the ticket’s creation", "created_at", lambda p: p.created_at),
        Moment("solved", "the solving", "solved_at", lambda p: p.solved_at, (Status.SOLVED,)),
    )
}


def edge(when: Mapping[str, Any], *, at: datetime) -> datetime:
    """The latest moment that has been long enough ago."""
    return at - timedelta(hours=float(when["hours"]))


def since_of(when: Mapping[str, Any], picture: Any) -> datetime | None:
    """The moment of a ticket that a rule waits after; None when there is none."""
    moment = MOMENTS.get(when.get("since", ""))
    return moment.read(picture) if moment else None


def due(when: Mapping[str, Any], picture: Any, *, at: datetime) -> str:
    """What a ticket is due for now: the moment that it waited after; "" when it is not due."""
    moment = MOMENTS.get(when.get("since", ""))
    since = since_of(when, picture)
    if moment is None or since is None or picture.status not in moment.statuses:
        return ""
    return f"{moment.key} {since.isoformat()}" if since <= edge(when, at=at) else ""


def candidates(when: Mapping[str, Any], conditions: Mapping[str, Any], *, at: datetime) -> Q:
    """The tickets that can be due, as a condition that an index of tickets answers."""
    moment = MOMENTS[when["since"]]
    statuses = statuses_in(conditions, moment.statuses)
    return LIVE & Q(status__in=statuses) & Q(**{f"{moment.column}__lte": edge(when, at=at)})


def statuses_in(conditions: Mapping[str, Any], possible: tuple[str, ...]) -> list[str]:
    """The statuses that the conditions leave possible, as far as they plainly say so."""
    left = [str(one) for one in possible]
    for leaf in conditions.get("all", ()):
        if leaf.get("field") == "status" and leaf.get("is") == "any_of":
            left = [one for one in left if one in leaf["value"]]
        if leaf.get("field") == "status" and leaf.get("is") == "none_of":
            left = [one for one in left if one not in leaf["value"]]
    return left


def words(hours: float) -> str:
    """A length of time as people say it: "36 hours", "3 days"."""
    number, unit = split(hours)
    return f"{number:g} {unit if number != 1 else unit[:-1]}"


def split(hours: float) -> tuple[float, str]:
    """The same as a number and its unit."""
    if hours >= 48 and hours % 24 == 0:
        return hours / 24, "days"
    return hours, "hours"
