"""When in the week it happens."""

from __future__ import annotations

from typing import Any

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from foredesk.analytics.measures import MEASURES
from foredesk.desk.insights.asked import Asked
from foredesk.desk.insights.cards.card import Card, page_of


def card(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """When in the week it happens."""
    measure = MEASURES[spec["measure"]]
    found = asked.ask.by_hour(asked.question(measure.name), asked.period.zone)
    most = max(found.values(), default=0)
    rows = [
        (
            str(WEEKDAYS_ABBR[day]),
            [
                (found.get((day, hour), 0), _shade(found.get((day, hour), 0), most))
                for hour in range(24)
            ],
        )
        for day in range(7)
    ]
    busiest = max(found, key=lambda one: found[one], default=None)
    data = {"rows": rows, "is_empty": not found, "url": page_of(measure.name, asked)}
    if busiest is not None:
        when = {"day": WEEKDAYS[busiest[0]], "hour": busiest[1], "next": busiest[1] + 1}
        data["busiest"] = _("Most on %(day)s from %(hour)d to %(next)d.") % when
    return Card("heat", spec.get("width", 7), spec.get("title") or _("When people write"), data)


def _shade(n: int, most: int) -> int:
    """The shade, 0 to 6; anything at all is at least 1."""
    return 0 if not n else max(1, round(6 * n / most))
