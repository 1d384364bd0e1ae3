"""Bring together what deciding needs: who is online, what they hold, which tickets wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from foredesk.logbook import queries as logbook
from foredesk.logbook.freshness import Kept
from foredesk.people.models import Agent, Role
from foredesk.routing.being_here import measure
from foredesk.routing.deciding import Candidate, Waiting
from foredesk.routing.models import (
    Availability,
    Capacity,
    Distribution,
    Skill,
    State,
    Tier,
    Turn,
    Way,
)
from foredesk.tickets.conditions import pictures
from foredesk.tickets.conditions.evaluating import evaluate
from foredesk.tickets.models import LIVE, WORKED_ON, Message, Ticket
from foredesk.tickets.views import AWAKE

LETTING_GO = ("tickets.TicketAssigned",)


@dataclass(frozen=True)
class Staff:
    """Everybody who is online by number, and who is in which team."""

    people: dict[int, Candidate]
    teams: dict[int, frozenset[int]]

    def of(self, team_id: int | None) -> list[Candidate]:
        """Who takes tickets of a team; those of no team are for everybody."""
        if team_id is None:
            return list(self.people.values())
        return [self.people[pk] for pk in self.teams.get(team_id, ()) if pk in self.people]

    def has_room(self, team_id: int | None, channel: str) -> bool:
        """Whether anybody who takes tickets of the team could hold one more of this channel."""
        return any(one.has_room(channel) for one in self.of(team_id))

    def places(self, channels: Iterable[str]) -> int:
        """How many more tickets of these channels all together can hold."""
        return sum(one.room(c) for c in channels for one in self.people.values())

    def full(self, team_id: int | None) -> set[str]:
        """The channels of which nobody in the team can hold more; all that are not named have
        room, when there is anybody at all."""
        people = self.of(team_id)
        named = {channel for one in people for channel in (*one.holds, *one.most)}
        return {c for c in named if not any(one.has_room(c) for one in people)}


def staff() -> Staff:
    """Who is online, with what they hold, can hold and can. Five questions."""
    rows = Availability.objects.filter(state=State.ONLINE, agent__is_active=True)
    rows = rows.exclude(agent__role=Role.LIGHT)
    agents = {row.agent_id: row.agent for row in rows.select_related("agent")}
    names = {pk: agent.name for pk, agent in agents.items()}
    holds: dict[int, dict[str, int]] = defaultdict(dict)
    held = Ticket.objects.filter(LIVE & AWAKE & Q(status__in=WORKED_ON, assignee__in=list(names)))
    for pk, channel, count in held.values_list("assignee_id", "channel").annotate(n=Count("pk")):
        holds[pk][channel] = count
    skills: dict[int, set[str]] = defaultdict(set)
    for name, pk in Skill.objects.filter(agents__in=list(names)).values_list("name", "agents"):
        skills[pk].add(name)
    most = dict(Capacity.objects.filter(pk__in=list(names)).values_list("agent_id", "most"))
    usual = measure().most
    turns = _turns(list(names))
    people = {
        pk: Candidate(
            pk,
            name,
            frozenset(skills[pk]),
            holds[pk],
            {**usual, **most.get(pk, {})},
            turns.get(pk),
            agents[pk],
        )
        for pk, name in names.items()
    }
    teams: dict[int, set[int]] = defaultdict(set)
    members = Agent.teams.through.objects.filter(agent_id__in=list(names))
    for team_id, pk in members.values_list("team_id", "agent_id"):
        teams[team_id].add(pk)
    return Staff(people, {pk: frozenset(found) for pk, found in teams.items()})


def _turns(ids: list[int]) -> dict[int, datetime]:
    """When each was last given a ticket by the desk."""
    return dict(Turn.objects.filter(pk__in=ids).values_list("agent_id", "at"))


def distributions() -> dict[int | None, Distribution]:
    """How each team's tickets are given out, by team; those that people take themselves are not
    among them."""
    rows = Distribution.objects.exclude(way=Way.OFF).select_related("team", "overflow_to")
    return {row.team_id: row for row in rows}


given_out = Kept(lambda: frozenset(distributions()))
"""The teams whose tickets are given out, as it was at most a second ago: every fact asks. The clock
gives out what a change in that second left waiting."""
is_anybody_here = Kept(lambda: Availability.objects.filter(state=State.ONLINE).exists())
"""Whether there is anybody to give tickets to, as it was at most a second ago; who comes is given
what waits then."""


def tickets_waiting(ids: list[int], *, at: datetime) -> list[Waiting]:
    """What deciding needs of these tickets: needs, tier, who knows the customer, who let go."""
    if not ids:
        return []
    skills = [(one.name, one.needs) for one in Skill.objects.all() if one.needs]
    tiers = [(one.rank, one.needs) for one in Tier.objects.all() if one.needs]
    seen = pictures.pictures_of(ids)
    due = dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "due_at"))
    known = _who_knows({one.requester_id for one in seen.values()})
    let_go = _who_let_go(ids)
    return [
        Waiting(
            id=pk,
            channel=picture.channel,
            priority=picture.priority,
            since=picture.waiting_since or picture.created_at,
            needs=frozenset(n for n, needs in skills if evaluate(needs, picture, at=at).fits),
            rank=next((rank for rank, n in tiers if evaluate(n, picture, at=at).fits), 0),
            due_at=due[pk],
            knows=known.get(picture.requester_id),
            let_go_by=let_go[pk],
        )
        for pk, picture in seen.items()
    ]


def _who_knows(customers: set[int]) -> dict[int, int]:
    """Who last answered each customer."""
    rows = (
        Message.objects.filter(
            ticket__requester_id__in=customers, author_kind="agent", is_public=True
        )
        .exclude(agent=None)
        .values("ticket__requester_id")
        .annotate(last=Max("pk"))
        .values_list("last", flat=True)
    )
    found = Message.objects.filter(pk__in=list(rows))
    return dict(found.values_list("ticket__requester_id", "agent_id"))


def _who_let_go(ids: list[int]) -> dict[int, frozenset[int]]:
    """Who had each ticket and put it back themselves."""
    found: dict[int, set[int]] = defaultdict(set)
    entries: list[Any] = logbook.facts_about("ticket", ids, kinds=LETTING_GO)
    for entry in entries:
        mine = entry.actor_kind == "agent" and entry.data["before"] == entry.actor_id
        if mine and entry.data["after"] is None and entry.about_id is not None:
            found[entry.about_id].add(entry.actor_id)
    return defaultdict(frozenset, {pk: frozenset(people) for pk, people in found.items()})
