"""Days off of some hours: public holidays of a country, and days of one's own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.desk.promises import hours
from foredesk.desk.settings import admins_only
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now
from foredesk.sla import holidays_of, keeping_hours, queries


@require_http_methods(["GET", "POST"])
@admins_only
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The days off from today on. A POST adds one, or changes whose public holidays are kept."""
    row = hours.schedule_or_404(pk)
    error = ""
    if request.method == "POST":
        try:
            _change(request, row)
        except Refused as why:
            error = str(why)
        else:
            messages.success(request, _("Saved."))
            return redirect("days_off", pk)
    at = now()
    asked = request.POST
    country = asked.get("country", row.country)
    context = {
        "hours": row,
        "days": [_day(one) for one in queries.days_off(row, since=at)],
        "countries": _countries(),
        "country": country,
        "region": asked.get("region", row.region),
        "regions": _regions(row.country),
        "error": error,
        "asked": asked,
        "today": at.date().isoformat(),
    }
    return render(request, "desk/promises/days.html", context, status=422 if error else 200)


def _change(request: HttpRequest, row: Any) -> None:
    by: Any = request.user
    post = request.POST
    if "country" in post:
        week = [[(hours.clock(begin), hours.clock(end)) for begin, end in day] for day in row.week]
        same = {"name": row.name, "time_zone": row.time_zone, "week": week}
        region = post.get("region", "") if post["country"] == row.country else ""
        keeping_hours.change(
            row, **same, country=post["country"][:10], region=region[:20], by=by, at=now()
        )
        return
    day = _date(post.get("day", ""))
    begin, end = post.get("from", "").strip(), post.get("to", "").strip()
    if bool(begin) != bool(end):
        raise Refused(_("Give both times, or none for a whole day off."))
    periods = [(begin, end)] if begin else []
    keeping_hours.close_on(
        row, day, name=post.get("name", "")[:200], periods=periods, by=by, at=now()
    )


@require_POST
@admins_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a date an ordinary day again."""
    row = hours.schedule_or_404(pk)
    try:
        day = _date(request.POST.get("day", ""))
    except Refused as why:
        messages.error(request, str(why))
        return redirect("days_off", pk)
    keeping_hours.work_on(row, day, by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("%(day)s is an ordinary day.") % {"day": f"{day:%-d %B %Y}"})
    return redirect("days_off", pk)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_("Choose a date.")) from None


def _day(row: Any) -> dict[str, Any]:
    open_ = ", ".join(
        _("%(begin)s to %(end)s") % {"begin": hours.clock(begin), "end": hours.clock(end)}
        for begin, end in row.periods
    )
    return {
        "iso": row.day.isoformat(),
        "day": f"{row.day:%A, %-d %B %Y}",
        "name": row.name,
        "hours": open_ or _("closed"),
        "is_public": row.is_public,
    }


def _regions(country: str) -> list[tuple[str, str]]:
    found = holidays_of.countries().get(country, ())
    return [("", _("None")), *((one, one) for one in found)] if found else []


def _countries() -> list[tuple[str, str]]:
    """Codes and names; those without a name in the library are their code."""
    names = holidays_of.country_names()
    found = [(code, names.get(code, code)) for code in holidays_of.countries()]
    return [("", _("None")), *sorted(found, key=lambda pair: pair[1])]
