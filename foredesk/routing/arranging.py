"""Settings of routing: skills, tiers, capacities, and how each team's tickets are given out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM, Actor, Doer
from foredesk.people.models import Agent, Team
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused
from foredesk.routing import gathering
from foredesk.routing.events import RoutingChanged
from foredesk.routing.models import Capacity, Distribution, Measure, Skill, Tier, Way
from foredesk.tickets.conditions.checking import BadCondition, check

LONGEST_NAME = 60
LONGEST_WAIT = 60 * 24 * 7
MOST_HELD = 1000


def give_out(
    team: Team | None,
    *,
    way: str,
    is_sticky: bool,
    overflow_minutes: int | None,
    overflow_to: Team | None,
    return_minutes: int | None,
    by: Actor | Doer,
    at: datetime,
) -> Distribution:
    """How the tickets of a team (of none) are given out. Records RoutingChanged.

    Raises NotAllowed; Refused for times beyond a week, and an overflow to nobody or to itself.
    """
    must_administer(by)
    if way not in Way.values:
        raise Refused("Choose how tickets are given out.")
    for minutes in (overflow_minutes, return_minutes):
        if minutes is not None and not 1 <= minutes <= LONGEST_WAIT:
            raise Refused("Choose a time of a minute at least and a week at most.")
    if (overflow_minutes is None) != (overflow_to is None):
        raise Refused("Say after how many minutes it goes to which team, or leave both empty.")
    if overflow_to is not None and team is not None and overflow_to.pk == team.pk:
        raise Refused("A team can't hand over to itself. Choose another one.")
    wanted = {
        "way": way,
        "is_sticky": is_sticky,
        "overflow_minutes": overflow_minutes,
        "overflow_to_id": overflow_to.pk if overflow_to else None,
        "return_minutes": return_minutes,
    }
    with transaction.atomic():
        row, _ = Distribution.objects.select_for_update().get_or_create(team=team)
        name = team.name if team else ""
        _save(row, wanted, what="distribution", name=name, by=by, at=at)
        gathering.given_out.forget()
        return row


def set_skill(
    skill: Skill | None,
    *,
    name: str,
    needs: Mapping[str, Any],
    agents: Sequence[Agent],
    by: Actor | Doer,
    at: datetime,
) -> Skill:
    """A new skill, or another look of one: who has it, and which tickets need it.

    Records RoutingChanged. Raises NotAllowed, Refused for a bad or taken name or condition.
    """
    must_administer(by)
    name = _name(name)
    wanted: dict[str, Any] = {"name": name, "needs": _condition(needs)}
    try:
        with transaction.atomic():
            row = skill or Skill()
            before = {"agents": sorted(_agents_of(row))}
            _save(row, wanted, what="skill", name=name, by=by, at=at)
            after = {"agents": sorted(one.pk for one in agents)}
            if before != after:
                row.agents.set(agents)
                fact = RoutingChanged("skill", row.name, before, after)
                recording.record(fact, by=by, at=at)
            return row
    except IntegrityError:
        raise Refused(f"There is already a skill called {name}.") from None


def _agents_of(row: Skill) -> list[int]:
    return list(row.agents.values_list("pk", flat=True)) if row.pk else []


def set_tier(
    tier: Tier | None,
    *,
    name: str,
    rank: int,
    needs: Mapping[str, Any],
    by: Actor | Doer,
    at: datetime,
) -> Tier:
    """A new tier of customers who go first, or another look of one. Records RoutingChanged.

    Raises NotAllowed; Refused for a tier that is everybody.
    """
    must_administer(by)
    if not 1 <= rank <= 9:
        raise Refused("A rank is 1 (first) to 9.")
    condition = _condition(needs)
    if not condition or not any(condition.values()):
        raise Refused("Say which customers go first; a tier of everybody changes nothing.")
    name = _name(name)
    wanted: dict[str, Any] = {"name": name, "rank": rank, "needs": condition}
    try:
        with transaction.atomic():
            row = tier or Tier()
            _save(row, wanted, what="tier", name=name, by=by, at=at)
            return row
    except IntegrityError:
        raise Refused(f"There is already a tier called {name}.") from None


def remove(row: Skill | Tier, *, by: Actor | Doer, at: datetime) -> None:
    """Remove a skill or a tier. Records RoutingChanged. Raises NotAllowed."""
    must_administer(by)
    with transaction.atomic():
        what = "skill" if isinstance(row, Skill) else "tier"
        fact = RoutingChanged(what, row.name, {"name": row.name}, {})
        if type(row).objects.filter(pk=row.pk).delete()[0]:
            recording.record(fact, by=by, at=at)


def hold_at_most(agent: Agent, most: Mapping[str, int], *, by: Actor | Doer, at: datetime) -> None:
    """How many open tickets of each channel `agent` holds at most; channels that are left out have
    the desk's measure. Records RoutingChanged. Raises NotAllowed, Refused."""
    must_administer(by)
    _must_fit(most)
    with transaction.atomic():
        row = Capacity.objects.select_for_update().get_or_create(agent=agent)[0]
        _save(row, {"most": dict(most)}, what="capacity", name=agent.name, by=by, at=at)


def _must_fit(most: Mapping[str, int]) -> None:
    for channel, count in most.items():
        if not channel.isascii() or not channel.isidentifier():
            raise Refused("Name a channel.")
        if not 0 <= count <= MOST_HELD:
            raise Refused(f"Choose a number of 0 to {MOST_HELD:,}.")


def set_measure(
    *, most: Mapping[str, int], away_minutes: int, by: Actor | Doer, at: datetime
) -> None:
    """The desk's own measures: what everybody holds at most, and after how many minutes without a
    move somebody is away (0 never). Records RoutingChanged. Raises NotAllowed, Refused."""
    must_administer(by)
    _must_fit(most)
    if not 0 <= away_minutes <= 24 * 60:
        raise Refused("Choose 0 to 1,440 minutes.")
    wanted = {"most": dict(most), "away_minutes": away_minutes}
    with transaction.atomic():
        row = Measure.objects.select_for_update().get_or_create(pk=1)[0]
        _save(row, wanted, what="measure", name="", by=by, at=at)


def _save(row: Any, wanted: dict[str, Any], *, what: str, name: str, by: Any, at: datetime) -> None:
    """Write what changed and record it; nothing when nothing did."""
    is_new = row.pk is None or row._state.adding
    before = {} if is_new else {k: getattr(row, k) for k in wanted if getattr(row, k) != wanted[k]}
    if not is_new and not before:
        return
    for key, value in wanted.items():
        setattr(row, key, value)
    if by is not SYSTEM and getattr(row, "is_demo", False):
        row.is_demo = False  # somebody made it their own
    row.save()
    after = {key: wanted[key] for key in (wanted if is_new else before)}
    recording.record(RoutingChanged(what, name, before, after), by=by, at=at)


def _name(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"Give it a name of {LONGEST_NAME} characters at most.")
    return name


def _condition(needs: Mapping[str, Any]) -> dict[str, Any]:
    if not needs:
        return {}
    try:
        return check(dict(needs))
    except BadCondition as why:
        raise Refused(str(why)) from None
