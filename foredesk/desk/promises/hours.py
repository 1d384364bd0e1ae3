"""A week of open hours: drawn, changed, saved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.desk import zones
from foredesk.desk.settings import admins_only
from foredesk.people import queries as people
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now
from foredesk.sla import keeping_hours, queries

DAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
NEW_WEEK = [[("09:00", "17:00")]] * 5 + [[], []]
Week = list[list[tuple[str, str]]]


@require_http_methods(["GET", "POST"])
@admins_only
def create(request: HttpRequest) -> HttpResponse:
    """New hours; a POST that presses a button in the form draws it anew, any other saves."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@admins_only
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for hours that are there."""
    return _edit(request, schedule_or_404(pk))


def _edit(request: HttpRequest, row: Any) -> HttpResponse:
    if request.method == "GET":
        return render(request, "desk/promises/hours.html", {"form": form_of(row), "hours": row})
    asked = _asked(request, row)
    if _pressed(request, asked["week"]):
        context = {"form": _form(**asked), "hours": row}
        is_part = bool(request.headers.get("HX-Request"))
        name = "desk/promises/_hours_form.html" if is_part else "desk/promises/hours.html"
        return render(request, name, context)
    form = _form(**asked)
    values = {name: form[name] for name in ("name", "time_zone", "week", "country", "region")}
    by: Any = request.user
    try:
        if row is None:
            saved = keeping_hours.add(**values, by=by, at=now())
        else:
            values |= {"country": row.country, "region": row.region}
            saved = keeping_hours.change(row, **values, by=by, at=now())
    except Refused as why:
        context = {"form": form | {"error": str(why)}, "hours": row}
        return render(request, "desk/promises/hours.html", context, status=422)
    messages.success(request, _("Saved the hours %(name)s.") % {"name": saved.name})
    return redirect(f"{reverse('promises')}?hours={saved.pk}")


@require_POST
@admins_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove hours that no promise is kept by."""
    row = schedule_or_404(pk)
    try:
        keeping_hours.remove(row, by=request.user, at=now())  # type: ignore[arg-type]
    except Refused as why:
        messages.error(request, str(why))
        return redirect(f"{reverse('promises')}?hours={row.pk}")
    messages.success(request, _("Removed the hours %(name)s.") % {"name": row.name})
    return redirect("promises")


def schedule_or_404(pk: int) -> Any:
    """The hours with this number. Raises Http404."""
    row = queries.schedule(pk)
    if row is None:
        raise Http404("There are no such hours.")
    return row


def form_of(row: Any) -> dict[str, Any]:
    """What the form shows of kept hours, or of new ones."""
    if row is None:
        zone = people.workspace().time_zone
        return _form("", zone, [list(day) for day in NEW_WEEK], "", "")
    week = [[(clock(begin), clock(end)) for begin, end in day] for day in row.week]
    return _form(row.name, row.time_zone, week, row.country, row.region)


def clock(minutes: int) -> str:
    """Minutes since midnight as a time field takes them; the day's end is 00:00."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _form(name: str, zone: str, week: Week, country: str, region: str) -> dict[str, Any]:
    days = [
        {"name": DAYS[index], "index": index, "slots": slots, "bars": bars(slots)}
        for index, slots in enumerate(week)
    ]
    return {
        "name": name,
        "time_zone": zone,
        "zones": zones.choices(),
        "week": week,
        "days": days,
        "country": country,
        "region": region,
        "error": "",
    }


def bars(slots: list[tuple[str, str]]) -> list[tuple[float, float]]:
    """(x, width) of each period on a day that is 240 wide; what is no time draws nothing."""
    found = []
    for begin, end in slots:
        start, stop = _minutes(begin), _minutes(end)
        stop = 1440 if stop == 0 else stop
        if start is not None and stop is not None and start < stop:
            found.append((start / 6, (stop - start) / 6))
    return found


def _minutes(text: str) -> int | None:
    hours, _colon, minutes = text.partition(":")
    if hours.isdecimal() and minutes.isdecimal() and len(text) <= 5:
        return int(hours) * 60 + int(minutes)
    return None


def _asked(request: HttpRequest, row: Any) -> dict[str, Any]:
    post = request.POST
    week: Week = []
    for day in range(7):
        begins, ends = post.getlist(f"from-{day}")[:20], post.getlist(f"to-{day}")[:20]
        week.append([(a[:5], b[:5]) for a, b in zip(begins, ends, strict=False)])
    kept = (row.country, row.region) if row else (post.get("country", ""), post.get("region", ""))
    return {
        "name": post.get("name", "")[:200],
        "zone": post.get("time_zone", "")[:60],
        "week": week,
        "country": kept[0],
        "region": kept[1],
    }


def _pressed(request: HttpRequest, week: Week) -> bool:
    """Do what a button inside the form asks; whether one was pressed. `week` is changed in place,
    and the days with it."""
    press = request.POST.get("press", "")
    verb, _dash, place = press.partition("-")
    if verb == "add" and place in "0123456" and place:
        week[int(place)].append(_next(week[int(place)]))
    elif verb == "drop":
        day, _dash, index = place.partition("-")
        if day.isdecimal() and index.isdecimal() and int(day) < 7:
            del week[int(day)][int(index) : int(index) + 1]
    elif verb == "copy":
        for weekday in range(1, 5):
            week[weekday] = list(week[0])
    elif verb != "draw":
        return False
    return True


def _next(slots: list[tuple[str, str]]) -> tuple[str, str]:
    """A period after the last one of the day."""
    ends = [_minutes(end) or 1440 for _begin, end in slots]
    last = max(ends, default=480)
    if last >= 1380:
        return ("", "")
    begin = last + 60 if slots else 540
    begin = min(begin, 1320)
    return (clock(begin), clock(min(begin + 240, 1439)))
