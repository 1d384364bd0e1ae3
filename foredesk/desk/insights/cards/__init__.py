"""The cards of a dashboard, each from its measure to what its template draws.

A card is stored as plain data: {"kind": "tile", "measure": "first_reply"}. One file for each kind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from foredesk.analytics.measures import MEASURES
from foredesk.desk.insights.asked import Asked
from foredesk.desk.insights.cards import ages, bars, heat, lines, people, table, tiles
from foredesk.desk.insights.cards.card import Card, behind, may_see_people, page_of
from foredesk.desk.insights.cards.lines import chart
from foredesk.desk.insights.cards.table import breakdown
from foredesk.desk.insights.cards.tiles import tile

__all__ = ["Card", "behind", "breakdown", "build", "chart", "may_see_people", "page_of", "tile"]


def build(specs: list[dict[str, Any]], asked: Asked, targets: dict[str, float]) -> list[Card]:
    """The cards in order, without those that this viewer may not see or that nobody knows."""
    found = []
    for spec in specs:
        kind = spec.get("kind", "")
        needs_measure = kind not in ("ages", "people")
        if kind not in KINDS or (needs_measure and spec.get("measure") not in MEASURES):
            continue
        names_people = kind == "people" or spec.get("by") == "agent"
        if names_people and not may_see_people(asked.viewer):
            continue
        found.append(KINDS[kind](spec, asked, targets))
    return found


KINDS: dict[str, Callable[..., Card]] = {
    "tile": tiles.card,
    "lines": lines.card,
    "spread": lines.spread,
    "bars": bars.card,
    "ages": ages.card,
    "heat": heat.card,
    "people": people.card,
    "table": table.card,
}
