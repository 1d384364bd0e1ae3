"""A measure by team, channel or priority: shares as they are, counts as parts of all."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from foredesk.analytics import saying
from foredesk.analytics.defining import Count, Share
from foredesk.analytics.measures import MEASURES
from foredesk.desk.insights import naming
from foredesk.desk.insights.asked import Asked
from foredesk.desk.insights.cards.card import Card, behind, page_of, said
from foredesk.desk.insights.cards.tiles import tile

LEAST_SHOWN = 8
COLOURS = ("", "2", "3", "4", "5")


def card(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """A measure by team, channel or priority: shares as they are, counts as parts of all."""
    measure, dimension = MEASURES[spec["measure"]], spec.get("by", "channel")
    now = asked.ask.by(asked.question(measure.name), dimension)
    before = dict(asked.ask.by(asked.before().question(measure.name), dimension))
    total = sum(figure.n for _key, figure in now)
    total_before = sum(figure.n for figure in before.values())
    shown = now[:LEAST_SHOWN]
    names = naming.named(dimension, [key for key, _figure in shown])
    rows: list[dict[str, Any]] = []
    for n, (key, figure) in enumerate(shown):
        was = before.get(key)
        row: dict[str, Any] = {
            "named": names[key],
            "url": behind(measure.name, asked, **{dimension: said(key)}),
        }
        if isinstance(measure, Count):
            share = round(100 * figure.n / total) if total else 0
            change = round(100 * was.n / total_before) if was and total_before else None
            row |= {
                "value": f"{share}%",
                "share": share,
                "below": False,
                "change": f"{share - change:+d}" if change is not None else "",
                "colour": COLOURS[min(n, len(COLOURS) - 1)],
                "spoken": _("%(name)s: %(n)s of %(all)s")
                % {"name": names[key].name, "n": f"{figure.n:,}", "all": f"{total:,}"},
            }
        else:
            target = targets.get(measure.name)
            met = saying.is_met(measure, figure.value, target)
            row |= {
                "value": saying.value(measure, figure.value).whole,
                "share": round(100 * (figure.value or 0)),
                "change": "",
                "colour": "" if met is None else "ok" if met else "warn",
                "below": met is False,
                "spoken": f"{names[key].name}: {saying.value(measure, figure.value).whole}",
            }
        rows.append(row)
    if dimension == "priority":
        rows.sort(key=lambda row: -row["named"].key)
    head = {}
    if isinstance(measure, Share):
        whole = asked.ask.figure(asked.question(measure.name))
        was_whole = asked.ask.figure(asked.before().question(measure.name))
        head = {"head": tile(measure, whole, was_whole, targets.get(measure.name))}
    most = max([row["share"] for row in rows], default=0) if isinstance(measure, Count) else 100
    data = {
        "rows": rows,
        "most": most or 1,
        "url": page_of(measure.name, asked),
        "sub": spec.get("sub", ""),
        "rest": len(now) - len(shown),
        **head,
    }
    return Card("bars", spec.get("width", 4), spec.get("title") or measure.words.title, data)
