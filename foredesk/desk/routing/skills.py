"""Skills: who can what, and which tickets ask for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.desk import conditions
from foredesk.desk.settings import admins_only
from foredesk.people import queries as people
from foredesk.people.refusing import Refused
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.routing import arranging, queries


@require_http_methods(["GET", "POST"])
@admins_only
def create(request: HttpRequest) -> HttpResponse:
    """A new skill."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@admins_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One skill; a POST changes it."""
    return _edit(request, _skill(pk))


def _edit(request: HttpRequest, row: Any) -> HttpResponse:
    if request.method == "GET":
        chosen = [one.pk for one in row.agents.all()] if row else []
        lines = conditions.lines_of(row.needs) if row else []
        return _page(request, row, row.name if row else "", chosen, lines)
    post = request.POST
    chosen = [pk for pk in map(numbers.whole, post.getlist("agents")) if pk is not None]
    lines = conditions.posted(post)
    try:
        saved = arranging.set_skill(
            row,
            name=post.get("name", "").replace("\x00", ""),
            needs=conditions.conditions_of(lines) if lines else {},
            agents=[one for one in people.active_agents() if one.pk in chosen],
            by=request.user,  # type: ignore[arg-type]
            at=now(),
        )
    except Refused as why:
        name = post.get("name", "")[:200]
        return _page(request, row, name, chosen, lines, error=str(why), status=422)
    messages.success(request, _("Saved the skill %(name)s.") % {"name": saved.name})
    return redirect("routing")


def _page(
    request: HttpRequest,
    row: Any,
    name: str,
    chosen: list[int],
    lines: list[conditions.Line],
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "skill": row,
        "name": name,
        "chosen": chosen,
        "people": people.assignable_agents(),
        "conditions": conditions.form(lines, nothing=_("No ticket asks for it yet.")),
        "error": error,
    }
    return render(request, "desk/routing/skill.html", context, status=status)


@require_POST
@admins_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a skill."""
    row = _skill(pk)
    arranging.remove(row, by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("Removed the skill %(name)s.") % {"name": row.name})
    return redirect("routing")


def _skill(pk: int) -> Any:
    row = queries.skill(pk)
    if row is None:
        raise Http404("There is no such skill.")
    return row
