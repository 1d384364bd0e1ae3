"""Tiers: customers who go first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.desk.promises import conditions
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
        rows, join = conditions.rows_of(row.needs) if row else ([], "all")
        form = {"name": row.name if row else "", "rank": row.rank if row else 1, "error": ""}
        return _page(request, row, form, conditions.shown(rows, join))
    try:
        saved = arranging.set_tier(
            row,
            name=post.get("name", "").replace("\x00", ""),
            rank=numbers.whole(post.get("rank", "")) or 0,
            needs=conditions.condition(post),
            by=request.user,  # type: ignore[arg-type]
            at=now(),
        )
    except Refused as why:
        form = {
            "name": post.get("name", "")[:200],
            "rank": post.get("rank", "")[:4],
            "error": str(why),
        }
        shown = conditions.shown(conditions.asked(post), post.get("join", "all"))
        return _page(request, row, form, shown, status=422)
    messages.success(request, _("Saved the tier %(name)s.") % {"name": saved.name})
    return redirect("routing")


def _page(
    request: HttpRequest,
    row: Any,
    form: dict[str, Any],
    shown: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "tier": row,
        "form": form,
        "conditions": shown | {"empty": _("Say which customers: by address, company or tag.")},
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
