"""What the team aims at, and which hours count."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foredesk.analytics import saying, setting_up
from foredesk.analytics.defining import Duration, Measure, Share
from foredesk.analytics.measures import MEASURES
from foredesk.desk.access import me
from foredesk.desk.insights import frame
from foredesk.desk.settings import admins_only
from foredesk.people.refusing import Refused
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.sla import durations
from foredesk.sla import queries as sla
from foredesk.sla.hours import ALWAYS

AIMED = tuple(name for name, measure in MEASURES.items() if measure.better)


@require_http_methods(["GET", "POST"])
@admins_only
def show(request: HttpRequest) -> HttpResponse:
    """All targets in one form; a POST sets them."""
    if request.method == "GET":
        return _page(request, _kept())
    given = {name: request.POST.get(name, "")[:40].replace("\x00", "").strip() for name in AIMED}
    try:
        targets = {name: _read(MEASURES[name], text) for name, text in given.items()}
        setting_up.aim(targets, by=me(request), at=now())
        if "schedule" in request.POST:
            pk = numbers.whole(request.POST["schedule"])
            schedule = sla.schedule(pk) if pk is not None else None
            setting_up.measure_by(schedule, by=me(request), at=now())
    except Refused as why:
        return _page(request, given, refusal=str(why), status=422)
    messages.success(request, _("Saved."))
    return redirect("aims")


def _kept() -> dict[str, str]:
    targets = setting_up.yardstick().targets
    return {name: _written(MEASURES[name], targets.get(name)) for name in AIMED}


def _written(measure: Measure, target: float | None) -> str:
    if target is None:
        return ""
    said = saying.value(measure, target)
    return said.number if isinstance(measure, Share) else said.whole


def _read(measure: Measure, text: str) -> float | None:
    """What somebody typed: a time, hundredths, a number. Raises Refused."""
    if not text:
        return None
    title = _(measure.words.title)
    if isinstance(measure, Duration):
        try:
            return float(durations.seconds(durations.parse(text), ALWAYS))
        except Refused as why:
            raise Refused(f"{title}: {why}") from None
    try:
        number = float(text.removesuffix("%").replace(",", ".").strip())
    except ValueError:
        raise Refused(f"{title}: “{text[:20]}” is not a number.") from None
    if number != number or abs(number) > 1e9:
        raise Refused(f"{title}: “{text[:20]}” is too large.")
    return number / 100 if isinstance(measure, Share) else number


def _hint(measure: Measure) -> str:
    if isinstance(measure, Duration):
        return _("half take less than this, such as 20 min or 6 h")
    if isinstance(measure, Share):
        return _("in hundredths, such as 92")
    return _("in the period that is looked at")


def _page(
    request: HttpRequest, given: dict[str, str], *, refusal: str = "", status: int = 200
) -> HttpResponse:
    schedules: list[tuple[Any, str]] = [("", _("the calendar"))]
    schedules += [(one.pk, one.name) for one in sla.schedules()]
    context = frame.context(request) | {
        "rows": [
            {
                "name": name,
                "title": _(MEASURES[name].words.title),
                "value": given[name],
                "hint": _hint(MEASURES[name]),
            }
            for name in AIMED
        ],
        "schedules": schedules,
        "schedule": setting_up.yardstick().schedule_id or "",
        "refusal": refusal,
    }
    return render(request, "desk/insights/aims.html", context, status=status)
