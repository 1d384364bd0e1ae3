"""A measure broken down, the most first."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from foredesk.analytics import saying
from foredesk.analytics.defining import Duration, Measure, Share
from foredesk.analytics.measures import MEASURES
from foredesk.desk.insights import naming
from foredesk.desk.insights.asked import Asked
from foredesk.desk.insights.cards.card import Card, behind, page_of, said


def card(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """A measure broken down, with a line of days for each part."""
    measure, dimension = MEASURES[spec["measure"]], spec.get("by", "team")
    title = f"{measure.words.title} {_('by')} {_(naming.DIMENSIONS[dimension]).lower()}"
    data = breakdown(measure, dimension, asked, targets.get(measure.name))
    return Card("table", spec.get("width", 12), title, data)


def breakdown(
    measure: Measure, dimension: str, asked: Asked, target: float | None, *, most: int = 20
) -> dict[str, Any]:
    """The rows of a breakdown, the most first; `rest` says how many more parts there are."""
    found = asked.ask.by(asked.question(measure.name), dimension)
    shown = found[:most]
    names = naming.named(dimension, [key for key, _figure in shown])
    rows = [
        {
            "named": names[key],
            "n": f"{figure.n:,}",
            "url": behind(measure.name, asked, **{dimension: said(key)}),
            "half": saying.value(measure, figure.value).whole,
            "p90": saying.value(measure, figure.p90).whole,
            "is_thin": isinstance(measure, Duration | Share) and figure.is_thin,
            "against": round(100 * figure.value / target) if target and figure.value else None,
            "met": saying.is_met(measure, figure.value, target),
        }
        for key, figure in shown
    ]
    return {
        "rows": rows,
        "dimension": _(naming.DIMENSIONS[dimension]),
        "is_duration": isinstance(measure, Duration),
        "is_share": isinstance(measure, Share),
        "has_target": target is not None,
        "rest": len(found) - len(shown),
        "url": page_of(measure.name, asked),
    }
