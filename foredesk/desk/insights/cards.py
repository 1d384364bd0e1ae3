"""The cards of a dashboard, each from its measure to what its template draws.

A card is stored as plain data: {"kind": "tile", "measure": "first_reply"}.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from foredesk.analytics import asking, queries
from foredesk.analytics.asking import Figure
from foredesk.analytics.defining import Count, Duration, Level, Measure, Share
from foredesk.analytics.measures import MEASURES
from foredesk.design import charts, wording
from foredesk.desk.insights import naming, saying
from foredesk.desk.insights.asked import Asked
from foredesk.people import permissions
from foredesk.people import queries as people
from foredesk.routing import queries as routing

LEFT, TOP, FOOT = 52, 18, 178  # of a chart's box, which is 206 high
WIDE, NARROW = 760, 372
LEAST_SHOWN = 8
COLOURS = ("", "2", "3", "4", "5")


@dataclass(frozen=True)
class Card:
    """`template` draws it from `data`; `width` is in columns of twelve."""

    kind: str
    width: int
    title: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        return f"desk/insights/cards/{self.kind}.html"


def build(specs: list[dict[str, Any]], asked: Asked, targets: dict[str, float]) -> list[Card]:
    """The cards in order, without those that this viewer may not see or that nobody knows."""
    found = []
    for spec in specs:
        kind = spec.get("kind", "")
        needs_measure = kind not in ("ages", "people")
        if kind not in KINDS or (needs_measure and spec.get("measure") not in MEASURES):
            continue
        if kind == "people" and not may_see_people(asked.viewer):
            continue
        found.append(KINDS[kind](spec, asked, targets))
    return found


def may_see_people(viewer: Any) -> bool:
    """Figures of single persons are for team leads and admins."""
    return permissions.can_lead(viewer)


def page_of(measure: str, asked: Asked, **changed: Any) -> str:
    """The address of a measure's page with the same period and part."""
    return f"{reverse('measure', args=[measure])}?{asked.query(**changed)}"


def behind(measure: str, asked: Asked, **changed: Any) -> str:
    """The address of the tickets behind a figure."""
    if isinstance(MEASURES[measure], Level):
        return f"{reverse('inbox')}?view=open"
    return f"{reverse('behind', args=[measure])}?{asked.query(**changed)}"


def _tile(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    measure = MEASURES[spec["measure"]]
    now = asking.figure(asked.question(measure.name))
    before = asking.figure(asked.before().question(measure.name))
    days = asking.by_day(asked.question(measure.name), asked.period.zone)
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


def _lines(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """One line for each measure, by day."""
    measures = [MEASURES[spec["measure"]]]
    measures += [MEASURES[name] for name in spec.get("with", []) if name in MEASURES]
    series = [
        (measure.words.title, asking.by_day(asked.question(measure.name), asked.period.zone))
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


def _spread(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """Half and nine of ten of a duration, by day."""
    measure = MEASURES[spec["measure"]]
    days = asking.by_day(asked.question(measure.name), asked.period.zone)
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
                day.isoformat(),
                [saying.value(measure, values[n]).whole for _t, values in series],
            )
            for n, day in reversed(list(enumerate(days)))
        ],
        "columns": [title for title, _values in series],
        "is_empty": all(not v for _t, values in series for v in values),
        "spoken": _spoken(series, measure, asked),
    }


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


def _bars(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """A measure by team, channel or priority: shares as they are, counts as parts of all."""
    measure, dimension = MEASURES[spec["measure"]], spec.get("by", "channel")
    now = asking.by(asked.question(measure.name), dimension)
    before = dict(asking.by(asked.before().question(measure.name), dimension))
    total = sum(figure.n for _key, figure in now)
    total_before = sum(figure.n for figure in before.values())
    shown = now[:LEAST_SHOWN]
    names = naming.named(dimension, [key for key, _figure in shown])
    rows: list[dict[str, Any]] = []
    for n, (key, figure) in enumerate(shown):
        was = before.get(key)
        row: dict[str, Any] = {
            "named": names[key],
            "url": behind(measure.name, asked, **{dimension: _said(key)}),
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
        whole = asking.figure(asked.question(measure.name))
        was_whole = asking.figure(asked.before().question(measure.name))
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


def _said(key: Any) -> Any:
    return "none" if key is None else key


def _ages(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
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


def _heat(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """When in the week it happens."""
    measure = MEASURES[spec["measure"]]
    found = asking.by_hour(asked.question(measure.name), asked.period.zone)
    most = max(found.values(), default=0)
    rows = [
        (
            str(WEEKDAYS_ABBR[day]),
            [
                (found.get((day, hour), 0), _heat_of(found.get((day, hour), 0), most))
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


def _heat_of(n: int, most: int) -> int:
    """The shade, 0 to 6; anything at all is at least 1."""
    return 0 if not n else max(1, round(6 * n / most))


def _people(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """Who has how much, and how it went. In the order of names: people are not ranked."""
    replies = dict(asking.by(asked.question("first_reply"), "agent"))
    solved = dict(asking.by(asked.question("solved"), "agent"))
    answers = dict(asking.by(asked.question("replies"), "agent"))
    loads, states = queries.open_by_agent(asked.viewer), routing.states()
    rows = [
        {
            "name": name,
            "initials": wording.initials(name),
            "hue": wording.hue(f"agent-{pk}"),
            "state": dict(routing.STATES).get(states.get(pk, ""), ""),
            "dot": {"online": "ok", "transfers": "ok", "away": "warn"}.get(
                states.get(pk, ""), "off"
            ),
            "open": f"{loads.get(pk, 0):,}",
            "solved": f"{solved[pk].n:,}" if pk in solved else "0",
            "answers": f"{answers[pk].n:,}" if pk in answers else "0",
            "first": saying.value(MEASURES["first_reply"], replies[pk].value).whole
            if pk in replies
            else "–",
            "is_thin": pk in replies and replies[pk].is_thin,
            "solved_url": behind("solved", asked, agent=pk),
            "first_url": behind("first_reply", asked, agent=pk),
            "answers_url": behind("replies", asked, agent=pk),
        }
        for pk, name in people.assignable_agents()
    ]
    return Card("people", 12, _("People"), {"rows": rows})


def _table(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """A measure broken down, with a line of days for each part."""
    measure, dimension = MEASURES[spec["measure"]], spec.get("by", "team")
    title = f"{measure.words.title} {_('by')} {_(naming.DIMENSIONS[dimension]).lower()}"
    data = breakdown(measure, dimension, asked, targets.get(measure.name))
    return Card("table", spec.get("width", 12), title, data)


def breakdown(
    measure: Measure, dimension: str, asked: Asked, target: float | None, *, most: int = 20
) -> dict[str, Any]:
    """The rows of a breakdown, the most first; `rest` says how many more parts there are."""
    found = asking.by(asked.question(measure.name), dimension)
    shown = found[:most]
    names = naming.named(dimension, [key for key, _figure in shown])
    rows = [
        {
            "named": names[key],
            "n": f"{figure.n:,}",
            "url": behind(measure.name, asked, **{dimension: _said(key)}),
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


KINDS: dict[str, Callable[..., Card]] = {
    "tile": _tile,
    "lines": _lines,
    "spread": _spread,
    "bars": _bars,
    "ages": _ages,
    "heat": _heat,
    "people": _people,
    "table": _table,
}
