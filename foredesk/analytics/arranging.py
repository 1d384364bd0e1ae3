"""Make a dashboard of one's own, arrange its cards, give it to others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from foredesk.analytics import asking, dashboards
from foredesk.analytics.dashboards import Cards
from foredesk.analytics.defining import Count, Duration, Level
from foredesk.analytics.events import DashboardRemoved, DashboardSaved
from foredesk.analytics.measures import MEASURES
from foredesk.analytics.models import Dashboard, Start
from foredesk.logbook import recording
from foredesk.people.models import Agent, Role
from foredesk.people.permissions import NotAllowed, can_lead
from foredesk.people.refusing import Refused

LONGEST_NAME = 60
MOST_CARDS, MOST_DASHBOARDS = 40, 30
WIDTHS = (2, 3, 4, 5, 6, 7, 8, 9, 12)
SPLITS = tuple(one for one in asking.DIMENSIONS if one not in ("hour", "promise"))
WITHOUT_MEASURE = ("ages", "people")
ROLES = [(str(value), str(label)) for value, label in Role.choices]
"""To whom a dashboard can be given."""
KINDS = {
    "tile": "A figure",
    "lines": "Lines by day",
    "spread": "Half and 9 of 10 by day",
    "bars": "Bars",
    "table": "A table",
    "heat": "Hours of the week",
    "ages": "Open tickets by age",
    "people": "People",
}


def make(*, name: str, cards: Sequence[Mapping[str, Any]], by: Agent, at: datetime) -> Dashboard:
    """A new dashboard for oneself. Records DashboardSaved. Raises Refused."""
    wanted, checked = _name(name), check(cards)
    if Dashboard.objects.filter(owner=by).count() >= MOST_DASHBOARDS:
        raise Refused(f"You have {MOST_DASHBOARDS} dashboards. Remove one first.")
    with transaction.atomic():
        row = Dashboard.objects.create(name=wanted, owner=by, cards=checked, changed_at=at)
        _record(row, by=by, at=at)
        return row


def change(
    board: Dashboard,
    *,
    by: Agent,
    at: datetime,
    name: str | None = None,
    cards: Sequence[Mapping[str, Any]] | None = None,
    given_to: Sequence[str] | None = None,
) -> Dashboard:
    """Rename it, arrange it, give it to roles; what is None stays. Records DashboardSaved.

    Leads and admins give dashboards to others and arrange what was given. Raises NotAllowed,
    Refused.
    """
    with transaction.atomic():
        row = Dashboard.objects.select_for_update().get(pk=board.pk)
        _must_own(row, by)
        if name is not None:
            row.name = _name(name)
        if cards is not None:
            row.cards = check(cards)
        if given_to is not None:
            row.given_to = _roles(given_to, by, before=row.given_to)
        row.changed_at = at
        row.save()
        _record(row, by=by, at=at)
        return row


def remove(board: Dashboard, *, by: Agent, at: datetime) -> None:
    """Records DashboardRemoved. Raises NotAllowed."""
    with transaction.atomic():
        row = Dashboard.objects.select_for_update().filter(pk=board.pk).first()
        if row is None:
            return
        _must_own(row, by)
        Start.objects.filter(key=row.key).delete()
        fact = DashboardRemoved(dashboard_id=row.pk, name=row.name)
        row.delete()
        recording.record(fact, by=by, at=at)


def begin_with(key: str, *, by: Agent) -> None:
    """Let this dashboard open first. Raises Refused when there is none of this key for them."""
    if dashboards.built_in(key) is None and dashboard(key, viewer=by) is None:
        raise Refused("There is no such dashboard.")
    Start.objects.update_or_create(agent=by, defaults={"key": key})


def start_of(viewer: Agent) -> str:
    """The key of the dashboard that opens first for somebody, "" when they never chose."""
    return Start.objects.filter(agent=viewer).values_list("key", flat=True).first() or ""


def dashboards_of(viewer: Agent) -> list[Dashboard]:
    """Their own and those that were given to their role, by name."""
    own = Dashboard.objects.filter(owner=viewer)
    given = Dashboard.objects.filter(given_to__contains=[viewer.role])
    return list((own | given).distinct().order_by("name", "id"))


def dashboard(key: str, *, viewer: Agent) -> Dashboard | None:
    """One that they may look at."""
    found = Dashboard.objects.filter(key=key).first()
    if found is None or not (found.owner_id == viewer.pk or viewer.role in found.given_to):
        return None
    return found


def may_arrange(board: Dashboard, agent: Agent) -> bool:
    """Its owner may, and leads may what was given to others."""
    return board.owner_id == agent.pk or (can_lead(agent) and bool(board.given_to))


def check(cards: Sequence[Mapping[str, Any]]) -> Cards:
    """The cards as they are kept. Raises Refused for one that can't be drawn."""
    if len(cards) > MOST_CARDS:
        raise Refused(f"A dashboard has {MOST_CARDS} cards at most.")
    return [_checked(card) for card in cards]


def _checked(card: Mapping[str, Any]) -> dict[str, Any]:
    kind = card.get("kind")
    if kind not in KINDS:
        raise Refused(f"“{str(kind)[:40]}” is not a kind of card.")
    found: dict[str, Any] = {"kind": kind}
    if kind != "tile":
        width = card.get("width", 4)
        found["width"] = width if width in WIDTHS else 4
    if kind in WITHOUT_MEASURE:
        return found
    measure = MEASURES.get(str(card.get("measure")))
    if measure is None:
        raise Refused("Choose what the card measures.")
    title, found["measure"] = measure.words.title, measure.name
    if kind == "spread" and not isinstance(measure, Duration):
        raise Refused(f"“{title}” is no length of time: half and 9 of 10 say nothing about it.")
    if kind == "heat" and not isinstance(measure, Count):
        raise Refused(f"“{title}” does not happen at an hour. Choose something that is counted.")
    if kind in ("bars", "table"):
        if kind == "bars" and isinstance(measure, Duration | Level):
            raise Refused(f"Bars show parts of a whole. Choose a table for “{title}”.")
        found["by"] = card.get("by") if card.get("by") in SPLITS else "channel"
    others = [name for name in card.get("with", []) if name in MEASURES and name != measure.name]
    if kind == "lines" and others:
        if any(type(MEASURES[name]) is not type(measure) for name in others):
            raise Refused("Lines of one chart need the same unit.")
        found["with"] = others[:2]
    if card.get("title"):
        found["title"] = _name(str(card["title"]))
    return found


def _name(name: str) -> str:
    found = " ".join(name.replace("\x00", "").split())
    if not found:
        raise Refused("Give it a name.")
    if len(found) > LONGEST_NAME:
        raise Refused(f"A name has {LONGEST_NAME} characters at most.")
    return found


def _roles(given_to: Sequence[str], by: Agent, *, before: list[str]) -> list[str]:
    found = [role for role in Role.values if role in given_to]
    if found != before and not can_lead(by):
        raise NotAllowed("Leads and admins give dashboards to others. Ask one of them.")
    return found


def _must_own(board: Dashboard, by: Agent) -> None:
    if not may_arrange(board, by):
        raise NotAllowed("This dashboard is somebody else’s. Make one of your own of it.")


def _record(row: Dashboard, *, by: Agent, at: datetime) -> None:
    fact = DashboardSaved(dashboard_id=row.pk, name=row.name, given_to=row.given_to)
    recording.record(fact, by=by, at=at)
