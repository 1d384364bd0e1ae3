"""Who can what, who goes first and who is here: so that the shop's desk gives out its tickets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from foredesk.demo import company
from foredesk.demo.stage import Cast
from foredesk.routing import queries as routing
from foredesk.routing.models import (
    Availability,
    Capacity,
    Distribution,
    Skill,
    State,
    Tier,
    Way,
)

LANGUAGES = (
    ("German", ("de",)),
    ("French and Italian", ("fr", "it")),
    ("Spanish and Portuguese", ("es", "pt")),
    ("Japanese", ("ja",)),
    ("Polish", ("pl",)),
    ("Scandinavian", ("sv", "nb", "da")),
)
TIERS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "Rescue services",
        {"all": [{"field": "organisation", "is": "contains", "value": ["Rescue"]}]},
    ),
    ("Business customers", {"all": [{"field": "organisation", "is": "set"}]}),
)
HERE = {
    company.MAIN_EMAIL: (State.ONLINE, 42),
    "jonas@halden.example": (State.ONLINE, 131),
    "priya@halden.example": (State.ONLINE, 95),
    "camille@halden.example": (State.ONLINE, 18),
    "kenji@halden.example": (State.TRANSFERS, 64),
    "tomasz@halden.example": (State.AWAY, 7),
    "ines@halden.example": (State.ONLINE, 112),
    "dana@halden.example": (State.OFFLINE, 900),
}
"""Who is what, for so many minutes. They have never moved, so the desk does not set them away."""
WAYS = {company.ORDERS: Way.LOAD, company.APP: Way.TURNS, company.PAYMENTS: Way.OFF}
OVERFLOW_MINUTES = 120


def staff(cast: Cast, *, at: datetime) -> None:
    """Skills, tiers, who is here and how teams give out their tickets, as they are `at`. Names that
    are taken stay as they are."""
    for name, languages in LANGUAGES:
        needs: dict[str, Any] = {
            "all": [{"field": "language", "is": "any_of", "value": list(languages)}]
        }
        skill, is_new = Skill.objects.get_or_create(
            name=name, defaults={"needs": needs, "is_demo": True}
        )
        if is_new:
            skill.agents.set(
                cast.agents[one.email]
                for one in company.AGENTS
                if one.role != "light" and set(one.languages) & set(languages)
            )
    for rank, (name, needs) in enumerate(TIERS, 1):
        Tier.objects.get_or_create(
            name=name, defaults={"rank": rank, "needs": needs, "is_demo": True}
        )
    for email, (state, minutes) in HERE.items():
        since = at - timedelta(minutes=minutes)
        Availability.objects.create(agent=cast.agents[email], state=state, since=since)
    Capacity.objects.create(agent=cast.agents["ines@halden.example"], most={"email": 12})
    for name, way in WAYS.items():
        if not cast.teams[name].is_demo:
            continue
        goes_on = way == Way.LOAD
        Distribution.objects.create(
            team=cast.teams[name],
            way=way,
            overflow_minutes=OVERFLOW_MINUTES if goes_on else None,
            overflow_to=cast.teams[company.APP] if goes_on else None,
        )
    routing.states.forget()


def take_back() -> None:
    """Remove what the demo set up; the rest goes with its people and teams."""
    Skill.objects.filter(is_demo=True).delete()
    Tier.objects.filter(is_demo=True).delete()
    routing.states.forget()
