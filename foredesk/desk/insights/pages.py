"""Dashboards as pages, and as a board for the wall."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foredesk.analytics import arranging, dashboards, setting_up
from foredesk.desk.access import agents_only, me
from foredesk.desk.insights import asked as reading
from foredesk.desk.insights import cards, frame
from foredesk.people import permissions


@require_safe
@agents_only
def home(request: HttpRequest) -> HttpResponse:
    """The dashboard that opens first for this person."""
    first = _found(request, arranging.start_of(me(request)))
    return _show(request, first or dashboards.BUILT_IN[0])


@require_safe
@agents_only
def dashboard(request: HttpRequest, key: str) -> HttpResponse:
    """One dashboard."""
    return _show(request, board_or_404(request, key))


@require_safe
@agents_only
def wall(request: HttpRequest, key: str) -> HttpResponse:
    """The same without anything around it, for a screen on the wall. It keeps itself up to date."""
    return _show(request, board_or_404(request, key), page="wall.html")


def _found(request: HttpRequest, key: str) -> Any:
    return dashboards.built_in(key) or arranging.dashboard(key, viewer=me(request))


def board_or_404(request: HttpRequest, key: str) -> Any:
    """The dashboard of this key, if they may look at it."""
    found = _found(request, key)
    if found is None:
        raise Http404("There is no such dashboard.")
    return found


def _show(request: HttpRequest, board: Any, *, page: str = "dashboard.html") -> HttpResponse:
    asked = reading.read(request)
    context = frame.context(request, current=board.key)
    targets = setting_up.yardstick().targets
    is_own = dashboards.built_in(board.key) is None
    context |= {
        "board": board,
        "bar": frame.choices(asked),
        "address": f"?{asked.query()}",
        "may_arrange": is_own and arranging.may_arrange(board, me(request)),
        "may_set": permissions.can_administer(me(request)),
        "cards": asked.ask.twice(lambda: cards.build(board.cards, asked, targets))
        if context["has_any"]
        else [],
    }
    is_live = bool(request.headers.get("Foredesk-Live"))
    return render(request, f"desk/insights/{'_live.html' if is_live else page}", context)
