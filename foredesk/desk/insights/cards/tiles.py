"""A figure with its change, its target and its course."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from foredesk.analytics import saying
from foredesk.analytics.defining import Duration, Measure, Share
from foredesk.analytics.measures import MEASURES
from foredesk.analytics.questions import Figure
from foredesk.design import charts
from foredesk.desk.insights.asked import Asked
from foredesk.desk.insights.cards.card import Card, page_of


def card(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """The figure of a period, with the days of it as a small line."""
    measure = MEASURES[spec["measure"]]
    now = asked.ask.figure(asked.question(measure.name))
    before = asked.ask.figure(asked.before().question(measure.name))
    days = asked.ask.by_day(asked.question(measure.name), asked.period.zone)
    data = tile(measure, now, before, targets.get(measure.name)) | {
        "url": page_of(measure.name, asked),
        "spark": charts.spark([figure.value for _day, figure in days]),
        "is_thin": isinstance(measure, Duration | Share) and now.is_thin,
    }
    return Card("tile", 2, measure.words.title, data)


def tile(measure: Measure, now: Figure, before: Figure, target: float | None) -> dict[str, Any]:
    """A figure with its change and its target, in words."""
    aimed = saying.value(measure, target).whole if target is not None else ""
    foot = _("target %(value)s") % {"value": aimed} if aimed else ""
    if not foot and isinstance(measure, Duration | Share):
        foot = _("of %(n)s") % {"n": f"{now.n:,}"}
    return {
        "value": saying.value(measure, now.value),
        "delta": saying.delta(measure, now, before),
        "foot": foot,
        "hint": _hint(measure, now),
        "met": saying.is_met(measure, now.value, target),
    }


def _hint(measure: Measure, now: Figure) -> str:
    """What stands behind the figure: nine of ten and the average."""
    if not isinstance(measure, Duration) or now.value is None:
        return ""
    both = {
        "p90": saying.value(measure, now.p90).whole,
        "mean": saying.value(measure, now.mean).whole,
        "n": f"{now.n:,}",
    }
    return _("Half. 9 of 10: %(p90)s, average %(mean)s, of %(n)s") % both
