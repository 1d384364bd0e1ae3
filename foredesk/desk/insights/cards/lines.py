"""Lines by day, with their axes, their legend and their numbers as a table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from foredesk.analytics import saying
from foredesk.analytics.defining import Duration, Measure, Share
from foredesk.analytics.measures import MEASURES
from foredesk.design import charts
from foredesk.desk.insights.asked import Asked
from foredesk.desk.insights.cards.card import Card, behind, page_of

LEFT, TOP, FOOT = 52, 18, 178  # of a chart's box, which is 206 high
WIDE, NARROW = 760, 372


def card(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """One line for each measure, by day."""
    measures = [MEASURES[spec["measure"]]]
    measures += [MEASURES[name] for name in spec.get("with", []) if name in MEASURES]
    series = [
        (measure.words.title, asked.ask.by_day(asked.question(measure.name), asked.period.zone))
        for measure in measures
    ]
    data = chart(
        [(title, [figure.value for _day, figure in days]) for title, days in series],
        [day for day, _figure in series[0][1]],
        measures[0],
        target=targets.get(measures[0].name),
        asked=asked,
        width=_box(spec),
    )
    return Card("lines", spec.get("width", 8), spec.get("title") or _join(measures), data)


def _join(measures: list[Measure]) -> str:
    titles = [measure.words.title for measure in measures]
    return f"{titles[0]} {_('and')} {titles[1].lower()}" if len(titles) > 1 else titles[0]


def spread(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """Half and nine of ten of a duration, by day."""
    measure = MEASURES[spec["measure"]]
    days = asked.ask.by_day(asked.question(measure.name), asked.period.zone)
    data = chart(
        [
            (_("Half"), [figure.value for _day, figure in days]),
            (_("9 of 10"), [figure.p90 for _day, figure in days]),
        ],
        [day for day, _figure in days],
        measure,
        target=targets.get(measure.name),
        asked=asked,
        width=_box(spec),
    )
    return Card("lines", spec.get("width", 8), measure.words.title, data)


def _box(spec: dict[str, Any]) -> int:
    """Letters have one size in every card, so a narrow one has a smaller box."""
    return NARROW if spec.get("width", 8) < 6 else WIDE


def chart(
    series: list[tuple[str, list[float | None]]],
    days: list[Any],
    measure: Measure,
    *,
    target: float | None,
    asked: Asked,
    width: int = WIDE,
) -> dict[str, Any]:
    """Lines over days with their axes, their legend and their numbers as a table."""
    largest = max([v for _t, values in series for v in values if v is not None] + [target or 0])
    if isinstance(measure, Duration):
        on = charts.scale_of_time(largest or 60, low=FOOT, high=TOP)
    elif isinstance(measure, Share):
        on = charts.scale(max(largest, 0.01), low=FOOT, high=TOP, steps=4)
    else:
        on = charts.scale(largest, low=FOOT, high=TOP, whole=True)
    right = width - 10
    places = charts.xs(len(days), left=LEFT, right=right)
    today = asked.period.now.astimezone(asked.period.zone).date()

    def named(day: Any) -> str:
        return _("Today") if day == today else saying.short_day(day)

    return {
        "url": page_of(measure.name, asked),
        "width": width,
        "left": LEFT,
        "right": right,
        "ticks": [(on.y(one), saying.value(measure, one).whole) for one in on.ticks],
        "lines": [
            (title, f"s{n}", charts.line(values, places, on))
            for n, (title, values) in enumerate(series, 1)
        ],
        "target": on.y(target) if target is not None else None,
        "target_words": saying.value(measure, target).whole if target is not None else "",
        "labels": [
            (places[n], named(days[n]), "end" if n == len(days) - 1 else "middle")
            for n in charts.labelled(len(days), most=6 if width == WIDE else 4)
        ],
        "rows": [
            (
                _("Today") if day == today else saying.day(day),
                behind(measure.name, asked, **_only(day.isoformat())),
                [saying.value(measure, values[n]).whole for _t, values in series],
            )
            for n, day in reversed(list(enumerate(days)))
        ],
        "columns": [title for title, _values in series],
        "is_empty": all(not v for _t, values in series for v in values),
        "spoken": _spoken(series, measure, asked),
    }


def _only(day: str) -> dict[str, Any]:
    """What of the address changes for a single day."""
    return {"days": None, "from": day, "to": day}


def _spoken(series: list[tuple[str, list[float | None]]], measure: Measure, asked: Asked) -> str:
    """What a reader hears instead of the picture."""
    said = []
    for title, values in series:
        known = [value for value in values if value is not None]
        if known:
            both = {
                "title": title,
                "low": saying.value(measure, min(known)).whole,
                "high": saying.value(measure, max(known)).whole,
                "last": saying.value(measure, known[-1]).whole,
            }
            said.append(_("%(title)s: from %(low)s to %(high)s, last %(last)s.") % both)
    return f"{asked.words}. {' '.join(said) or _('Nothing yet.')}"
