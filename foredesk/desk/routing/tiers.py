"""Tiers: customers who go first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.desk import conditions
from foredesk.desk.settings import admins_only
from foredesk.people.refusing import Refused
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.routing import arranging, queries


@require_http_methods(["GET", "POST"])
@admins_only
def create(request: HttpRequest) -> HttpResponse:
    """A new tier."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@admins_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One tier; a POST changes it."""
    return _edit(request, _tier(pk))


def _edit(request: HttpRequest, row: Any) -> HttpResponse:
    post = request.POST
    if request.method == "GET":
        lines = conditions.lines_of(row.needs) if row else []
        form = {"name": row.name if row else "", "rank": row.rank if row else 1, "error": ""}
        return _page(request, row, form, lines)
    lines = conditions.posted(post)
    try:
        saved = arranging.set_tier(
            row,
            name=post.get("name", "").replace("\x00", ""),
            rank=numbers.whole(post.get("rank", "")) or 0,
            needs=conditions.conditions_of(lines),
            by=request.user,  # type: ignore[arg-type]
            at=now(),
        )
    except Refused as why:
        form = {
            "name": post.get("name", "")[:200],
            "rank": post.get("rank", "")[:4],
            "error": str(why),
        }
        return _page(request, row, form, lines, status=422)
    messages.success(request, _("Saved the tier %(name)s.") % {"name": saved.name})
    return redirect("routing")


def _page(
    request: HttpRequest,
    row: Any,
    form: dict[str, Any],
    lines: list[conditions.Line],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "tier": row,
        "form": form,
        "conditions": conditions.form(
            lines, nothing=_("Say which customers: by address, company or tag.")
        ),
    }
    return render(request, "desk/routing/tier.html", context, status=status)


@require_POST
@admins_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a tier."""
    row = _tier(pk)
    arranging.remove(row, by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("Removed the tier %(name)s.") % {"name": row.name})
    return redirect("routing")


def _tier(pk: int) -> Any:
    row = queries.tier(pk)
    if row is None:
        raise Http404("There is no such tier.")
    return row
