"""Who and what is here, kept in memory for a moment: every page asks for it, it rarely changes.

A change made by this process is seen at once (`forget`), one made by another process within a
second. Nothing is decided on these names; rights are read from the database.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject

from foredesk.logbook.freshness import Kept
from foredesk.people import brands
from foredesk.people.models import Agent, Brand, Role, Team, Workspace


@dataclass(frozen=True)
class Directory:
    """The workspace, its brands, every agent's name, who takes tickets, every team's name and
    icon, by id; `addresses` are all agents' mail addresses, in lower case."""

    workspace: Workspace
    brands: dict[int, brands.BrandCard]
    agents: dict[int, str]
    assignable: list[tuple[int, str]]
    teams: dict[int, str]
    icons: dict[int, str]
    addresses: frozenset[str]


def _read() -> Directory:
    teams = list(Team.objects.order_by("name").values_list("pk", "name", "icon"))
    agents = list(
        Agent.objects.order_by("name").values_list("pk", "name", "role", "is_active", "email")
    )
    workspace = _workspace()
    return Directory(
        workspace=workspace,
        brands=brands.cards(workspace, getattr(workspace, "brands", ())),
        agents={pk: name for pk, name, _, _, _ in agents},
        assignable=[
            (pk, name)
            for pk, name, role, is_active, _ in agents
            if is_active and role != Role.LIGHT
        ],
        teams={pk: name for pk, name, _ in teams},
        icons={pk: icon for pk, _, icon in teams},
        addresses=frozenset(email.lower() for *_, email in agents),
    )


def _workspace() -> Workspace:
    """The one row with its brands, which cost no question of their own."""
    rows = Brand.objects.order_by("pk").values(row=JSONObject(**{n: n for n in brands.COLUMNS}))
    found = Workspace.objects.annotate(brands=ArraySubquery(rows)).filter(pk=1).first()
    return found or Workspace.objects.get_or_create(pk=1)[0]


directory = Kept(_read)
"""The directory as it was at most a second ago."""
forget = directory.forget
"""Read anew at the next question; abilities that change people call this."""
