"""Every read of routing that others may ask."""

from __future__ import annotations

from foredesk.logbook.freshness import LISTS, Kept
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

STATES = [(str(value), str(label)) for value, label in State.choices]


def availability(agent: Agent) -> Availability | None:
    """Whether somebody is here; None when they never said."""
    return Availability.objects.filter(pk=agent.pk).first()


def availabilities() -> dict[int, Availability]:
    """Of everybody who ever said, by agent."""
    return Availability.objects.in_bulk()


def _states() -> dict[int, str]:
    return dict(Availability.objects.values_list("agent_id", "state"))


states = Kept(_states, until=LISTS)
"""Everybody's state by agent, as it was less than a second ago and no fact came since: every page
asks."""


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
