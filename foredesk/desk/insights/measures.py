"""The page of a measure: its figures, its days, where they come from, what it is exactly; and the
tickets behind it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foredesk.analytics import asking, saying, setting_up
from foredesk.analytics.defining import Duration, Measure, Share
from foredesk.analytics.measures import MEASURES
from foredesk.analytics.questions import Figure, Question
from foredesk.desk import downloads
from foredesk.desk.access import agents_only, me
from foredesk.desk.insights import asked as reading
from foredesk.desk.insights import cards, frame, naming
from foredesk.desk.insights.asked import Asked
from foredesk.people import queries as people
from foredesk.plumbing import numbers
from foredesk.tickets import queries as tickets

PAGE = 50
SPLITS = ("channel", "team", "agent", "priority", "brand", "tag", "customer")


@require_safe
@agents_only
def index(request: HttpRequest) -> HttpResponse:
    """All measures with their words."""
    context = frame.context(request, current="measures")
    return render(request, "desk/insights/measures.html", context | {"measures": MEASURES.values()})


@require_safe
@agents_only
def show(request: HttpRequest, name: str) -> HttpResponse:
    """One measure."""
    measure, asked = _measure(name), reading.read(request)
    target = setting_up.yardstick().targets.get(name)
    context = frame.context(request) | {
        "measure": measure,
        "bar": _bar(measure, asked),
        "asked": asked,
        "address": f"?{asked.query()}",
        "behind_url": cards.behind(name, asked),
        "target": saying.value(measure, target).whole if target is not None else "",
        "narrowed": _narrowed(asked),
        "has_parquet": downloads.has_parquet(),
        "hours": _hours(asked),
    }
    splits = _splits(measure, asked)
    split = request.GET.get("split", "channel")
    split = split if split in splits else splits[0]
    context |= asked.ask.twice(lambda: _drawn(measure, asked, target, split))
    context |= {
        "splits": [
            {
                "label": _(naming.DIMENSIONS[one]),
                "url": f"?{asked.query(split=one)}",
                "pressed": one == split,
            }
            for one in splits
        ],
        **_behind(request, measure, asked, limit=5),
    }
    return render(request, "desk/insights/measure.html", context)


def _drawn(measure: Measure, asked: Asked, target: float | None, split: str) -> dict[str, Any]:
    """All that is made of answers."""
    return {
        "figures": _figures(measure, asked, target),
        "chart": _chart(measure, asked, target),
        "table": cards.breakdown(measure, split, asked, target),
    }


@require_safe
@agents_only
def behind(request: HttpRequest, name: str) -> HttpResponse:
    """All tickets behind a figure, the longest first."""
    measure, asked = _measure(name), reading.read(request)
    page = max(1, min(numbers.whole(request.GET.get("page", "")) or 1, 10_000))
    context = frame.context(request) | {
        "measure": measure,
        "bar": _bar(measure, asked),
        "asked": asked,
        "narrowed": _narrowed(asked),
        "has_parquet": downloads.has_parquet(),
        "back_url": cards.page_of(name, asked),
        **_behind(request, measure, asked, limit=PAGE, offset=PAGE * (page - 1)),
    }
    last = max(1, -(-context["behind_count"] // PAGE))
    context |= {
        "page": page,
        "pages": last,
        "newer_url": f"?{asked.query(page=page - 1)}" if page > 1 else "",
        "older_url": f"?{asked.query(page=page + 1)}" if page < last else "",
    }
    return render(request, "desk/insights/behind.html", context)


def _bar(measure: Measure, asked: Asked) -> dict[str, Any]:
    has_clock = bool(measure.words.pauses)
    return frame.choices(asked, lengths=("7", "28", "365"), has_clock=has_clock)


def _measure(name: str) -> Measure:
    try:
        return MEASURES[name]
    except KeyError:
        raise Http404("Nobody measures that.") from None


def _splits(measure: Measure, asked: Asked) -> list[str]:
    hidden = set() if cards.may_see_people(asked.viewer) else {"agent"}
    hidden |= set() if people.brands_in_use() else {"brand"}
    splits = [one for one in SPLITS if one not in hidden]
    return [*splits, "promise"] if measure.name == "promises_kept" else splits


def _figures(measure: Measure, asked: Asked, target: float | None) -> list[dict[str, Any]]:
    now = asked.ask.figure(asked.question(measure.name))
    before = asked.ask.figure(asked.before().question(measure.name))
    head = cards.tile(measure, now, before, target)
    if not isinstance(measure, Duration):
        found = [{"label": measure.words.title, **head}]
        if isinstance(measure, Share):
            found += [
                _plain(_("How many"), saying.Said(f"{now.part or 0:,}")),
                _plain(_("Of"), saying.Said(f"{now.n:,}")),
            ]
        found.append(_plain(_("Before"), saying.value(measure, before.value)))
        return found
    other_clock = "calendar" if asked.clock == "open" else "open"
    nine = Figure(now.p90, now.n), Figure(before.p90, before.n)
    found = [
        {"label": _("Half take less than"), **head},
        {
            "label": _("9 of 10 take less than"),
            "value": saying.value(measure, now.p90),
            "delta": saying.delta(measure, *nine),
            "foot": "",
        },
        _plain(_("Average"), saying.value(measure, now.mean), _of(now.n)),
    ]
    if asked.has_hours:
        question = asked.question(measure.name)
        other = asked.ask.figure(Question(**{**vars(question), "clock": other_clock}))
        is_calendar = other_clock == "calendar"
        words = _("nights and weekends counted") if is_calendar else _("open hours alone")
        label = _("As the calendar runs") if is_calendar else _("In open hours")
        found.append(_plain(label, saying.value(measure, other.value), words))
    return found


def _of(n: int) -> str:
    return _("of %(n)s") % {"n": f"{n:,}"}


def _plain(label: str, said: saying.Said, foot: str = "") -> dict[str, Any]:
    return {"label": label, "value": said, "delta": None, "foot": foot}


def _chart(measure: Measure, asked: Asked, target: float | None) -> dict[str, Any]:
    days = asked.ask.by_day(asked.question(measure.name), asked.period.zone)
    values = [figure.value for _day, figure in days]
    series = [(_("Half") if isinstance(measure, Duration) else measure.words.title, values)]
    if isinstance(measure, Duration):
        series.append((_("9 of 10"), [figure.p90 for _day, figure in days]))
    found = cards.chart(series, [day for day, _figure in days], measure, target=target, asked=asked)
    found["zoom"] = {
        "days": [day.isoformat() for day, _figure in days],
        "names": [title for title, _values in series],
        "values": [values for _title, values in series],
        "unit": "s" if isinstance(measure, Duration) else "%" if isinstance(measure, Share) else "",
    }
    return found


def _narrowed(asked: Asked) -> list[dict[str, str]]:
    """What the figures are narrowed to, each with the address without it."""
    found = []
    for dimension, key in asked.where:
        if dimension == "team":
            continue  # the bar's menu says it
        named = naming.named(dimension, [key])[key]
        found.append({"name": named.name, "url": f"?{asked.query(**{dimension: None})}"})
    return found


def _hours(asked: Asked) -> str:
    if asked.clock == "calendar":
        return _("the calendar")
    schedule = setting_up.yardstick().schedule
    if schedule is None:
        return _("the hours of each promise")
    return _("the hours of each promise, else “%(name)s”") % {"name": schedule.name}


def _behind(
    request: HttpRequest, measure: Measure, asked: Asked, *, limit: int, offset: int = 0
) -> dict[str, Any]:
    rows, count = asking.tickets(asked.question(measure.name), limit=limit, offset=offset)
    found = tickets.briefly(me(request), [pk for pk, _value, _at in rows])
    is_long = isinstance(measure, Duration)
    return {
        "behind": [
            {
                "ticket": found[pk],
                "value": saying.value(measure, value).whole if is_long else "",
                "at": at,
            }
            for pk, value, at in rows
            if pk in found
        ],
        "behind_count": count,
    }
