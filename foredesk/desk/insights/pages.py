"""Dashboards as pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foredesk.analytics import dashboards, setting_up
from foredesk.desk.access import agents_only
from foredesk.desk.insights import asked as reading
from foredesk.desk.insights import cards, frame


@require_safe
@agents_only
def home(request: HttpRequest) -> HttpResponse:
    """The dashboard that opens first."""
    return _show(request, dashboards.BUILT_IN[0])


@require_safe
@agents_only
def dashboard(request: HttpRequest, key: str) -> HttpResponse:
    """One dashboard."""
    found = dashboards.built_in(key)
    if found is None:
        raise Http404("There is no such dashboard.")
    return _show(request, found)


def _show(request: HttpRequest, board: dashboards.BuiltIn) -> HttpResponse:
    asked = reading.read(request)
    context = frame.context(request, current=board.key)
    context |= {
        "board": board,
        "bar": frame.choices(asked),
        "address": f"?{asked.query()}",
        "cards": cards.build(board.cards, asked, setting_up.yardstick().targets)
        if context["has_any"]
        else [],
    }
    is_live = bool(request.headers.get("Foredesk-Live"))
    name = "_live.html" if is_live else "dashboard.html"
    return render(request, f"desk/insights/{name}", context)
