"""Every read of routing that others may ask."""

from __future__ import annotations

import time

from foredesk.logbook import freshness
from foredesk.people.models import Agent
from foredesk.routing import being_here
from foredesk.routing.models import (
    Availability,
    Capacity,
    Distribution,
    Measure,
    Skill,
    State,
    Tier,
)

KEPT = 1.0  # seconds
STATES = [(str(value), str(label)) for value, label in State.choices]


def availability(agent: Agent) -> Availability | None:
    """Whether somebody is here; None when they never said."""
    return Availability.objects.filter(pk=agent.pk).first()


def availabilities() -> dict[int, Availability]:
    """Of everybody who ever said, by agent."""
    return Availability.objects.in_bulk()


def states() -> dict[int, str]:
    """Everybody's state by agent, as it was less than a second ago and no fact came since: every
    page asks."""
    mark, at = freshness.mark(), time.monotonic()
    if _states and _states[0][0] == mark and at - _states[0][1] < KEPT:
        return _states[0][2]
    found = dict(Availability.objects.values_list("agent_id", "state"))
    _states[:] = [(mark, at, found)]
    return found


_states: list[tuple[int, float, dict[int, str]]] = []


def forget() -> None:
    """Read anew at the next question."""
    _states.clear()


def distributions() -> dict[int | None, Distribution]:
    """How each team's tickets are given out, by team."""
    return {row.team_id: row for row in Distribution.objects.all()}


def skills() -> list[Skill]:
    return list(Skill.objects.prefetch_related("agents"))


def skill(pk: int) -> Skill | None:
    return Skill.objects.prefetch_related("agents").filter(pk=pk).first()


def tiers() -> list[Tier]:
    return list(Tier.objects.all())


def tier(pk: int) -> Tier | None:
    return Tier.objects.filter(pk=pk).first()


def measure() -> Measure:
    return being_here.measure()


def capacity(agent: Agent) -> dict[str, int]:
    """What an agent may hold, where it is their own measure."""
    row = Capacity.objects.filter(agent=agent).first()
    return row.most if row else {}
