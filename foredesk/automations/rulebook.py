"""The active rules, ready to be asked, kept in memory for a moment by occasion.

Every fact asks for them; they rarely change. A change by this process is seen at once (`forget`),
one by another process within a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from foredesk.automations.fields import WITH_TEXT
from foredesk.automations.models import Rule, RuleKind
from foredesk.logbook.freshness import Kept
from foredesk.tickets.conditions.evaluating import names


@dataclass(frozen=True)
class Active:
    """A rule that is on, as it is asked; `row` is for those who act."""

    pk: int
    position: int
    version: int
    name: str
    when: dict[str, Any]
    conditions: dict[str, Any]
    stops: bool
    needs_text: bool
    row: Rule


@dataclass(frozen=True)
class Rulebook:
    """The active triggers by occasion, in order, and the active automations."""

    by_occasion: dict[str, list[Active]]
    automations: list[Active]
    stops: frozenset[int]


def _read() -> Rulebook:
    rows = Rule.objects.filter(is_active=True, removed_at=None).order_by("position", "id")
    by_occasion: dict[str, list[Active]] = {}
    automations = []
    stops = set()
    for row in rows:
        active = active_of(row)
        if row.kind == RuleKind.AUTOMATION:
            automations.append(active)
            continue
        if row.stops:
            stops.add(row.pk)
        for key in row.when.get("occasions", ()):
            by_occasion.setdefault(key, []).append(active)
    return Rulebook(by_occasion, automations, frozenset(stops))


rulebook = Kept(_read)
"""The active rules as they were at most a second ago."""
forget = rulebook.forget
"""Read anew at the next question; abilities that change rules call this."""


def active_of(row: Rule) -> Active:
    """A rule as it is asked."""
    return Active(
        pk=row.pk,
        position=row.position,
        version=row.version,
        name=row.name,
        when=row.when,
        conditions=row.conditions,
        stops=row.stops,
        needs_text=bool(names(row.conditions) & WITH_TEXT),
        row=row,
    )


def asked_at(book: Rulebook, keys: tuple[str, ...]) -> list[Active]:
    """The triggers on any of these occasions, in order, each once."""
    found = {one.pk: one for key in keys for one in book.by_occasion.get(key, ())}
    return sorted(found.values(), key=lambda one: (one.position, one.pk))
