"""Unsolved tickets by age, now."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from foredesk.analytics import queries
from foredesk.design import wording
from foredesk.desk.insights.asked import Asked
from foredesk.desk.insights.cards.card import Card


def card(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """Unsolved tickets by age, now."""
    groups = queries.open_by_age(asked.viewer, at=asked.period.now, where=asked.where)
    most = max([n for _name, n in groups], default=0) or 1
    since = queries.oldest_waiting(asked.viewer, where=asked.where)
    data = {
        "total": sum(n for _name, n in groups),
        "rows": [
            {
                "name": _(name),
                "n": f"{n:,}",
                "width": round(210 * n / most, 1),
                "y": 10 + 37 * place,
                "is_old": place == len(groups) - 1,
            }
            for place, (name, n) in enumerate(groups)
        ],
        "waiting": wording.span(asked.period.now - since) if since else "",
        "spoken": ", ".join(f"{n} {_(name)}" for name, n in groups),
        "url": f"{reverse('inbox')}?view=open",
    }
    return Card("ages", spec.get("width", 4), _("Open, by age"), data)
