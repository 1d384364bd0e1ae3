"""Whom one may tell of a ticket: its assignee, a team, the leads, somebody by name.

Kept as keys: "assignee", "team", "leads", "team-3", "agent-7". Rules and escalations share them.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from foredesk.people import queries as people
from foredesk.people.models import Agent, Role
from foredesk.plumbing import numbers
from foredesk.tickets.models import Ticket

ASSIGNEE, TEAM, LEADS = "assignee", "team", "leads"
MOST = 100


def options() -> list[tuple[str, str]]:
    """Every key with its words, for a choice."""
    return [
        (ASSIGNEE, "the assignee"),
        (TEAM, "the ticket’s team"),
        (LEADS, "the leads"),
        *places(),
    ]


def places() -> list[tuple[str, str]]:
    """The teams and people among them: where a ticket can be moved to."""
    teams = sorted(people.team_names().items(), key=lambda pair: pair[1].casefold())
    return [
        *((f"team-{pk}", f"the team {name}") for pk, name in teams),
        *((f"agent-{pk}", name) for pk, name in people.assignable_agents()),
    ]


def number_of(key: str, kind: str) -> int | None:
    """The number in "team-3" or "agent-7"; None when the key is of another kind."""
    found, _, number = key.partition("-")
    return numbers.whole(number) if found == kind else None


def people_of(ticket: Ticket, keys: Iterable[str]) -> list[Agent]:
    """The active people behind the keys, each once, 100 at most; who went is nobody."""
    wanted = Q(pk__in=[])
    for key in keys:
        if key == ASSIGNEE:
            wanted |= Q(pk=ticket.assignee_id or 0)
        elif key == LEADS:
            wanted |= Q(role__in=(Role.LEAD, Role.ADMIN))
        elif key == TEAM:
            wanted |= Q(teams=ticket.team_id or 0)
        else:
            wanted |= Q(pk=number_of(key, "agent") or 0) | Q(teams=number_of(key, "team") or 0)
    found = Agent.objects.filter(wanted, is_active=True).distinct().order_by("pk")
    return list(found[:MOST])
