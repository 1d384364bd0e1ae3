"""One promise: for whom, what, by which hours. Their order."""

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
from foredesk.sla import durations, metrics, promising, queries

PRIORITIES = (("4", "Urgent"), ("3", "High"), ("2", "Normal"), ("1", "Low"))
PAUSES = (
    ("pending", "Waiting on the customer", "starts again when they write"),
    ("on_hold", "On hold by us", "they still wait, so most desks let it count"),
    ("snoozed", "Snoozed", "starts again when it comes back"),
)
STARTING = {"first_reply": {p: "4 h" for p, _label in PRIORITIES}}


@require_http_methods(["GET", "POST"])
@admins_only
def create(request: HttpRequest) -> HttpResponse:
    """A new promise, the last in order."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@admins_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One promise; a POST changes it."""
    return _edit(request, _policy(pk))


def _edit(request: HttpRequest, row: Any) -> HttpResponse:
    if request.method == "GET":
        return _page(request, row, _kept(row))
    form = _asked(request)
    by: Any = request.user
    schedule = queries.schedule(form["schedule"]) if form["schedule"] else None
    values = {
        "name": form["name"],
        "conditions": conditions.conditions_of(conditions.posted(request.POST)),
        "targets": form["targets"],
        "schedule": schedule,
        "pauses": form["pauses"],
        "is_active": form["is_active"],
    }
    try:
        if row is None:
            saved = promising.promise(**values, by=by, at=now())
        else:
            saved = promising.change(row, **values, by=by, at=now())
    except Refused as why:
        return _page(request, row, form | {"error": str(why)}, status=422)
    messages.success(request, _("Saved the promise %(name)s.") % {"name": saved.name})
    return redirect("promises")


def _page(request: HttpRequest, row: Any, form: dict[str, Any], *, status: int = 200) -> Any:
    context = {
        "policy": row,
        "form": form,
        "priorities": PRIORITIES,
        "metrics": metrics.METRICS,
        "pauses": PAUSES,
        "schedules": [("", _("the calendar"))] + [(s.pk, s.name) for s in queries.schedules()],
        "tickets": queries.covered().get(row.pk, 0) if row else 0,
    }
    return render(request, "desk/promises/policy.html", context, status=status)


def _kept(row: Any) -> dict[str, Any]:
    if row is None:
        return {
            "name": "",
            "conditions": _drawn([]),
            "targets": STARTING,
            "schedule": next((s.pk for s in queries.schedules()), None),
            "pauses": ["pending"],
            "is_active": True,
            "error": "",
        }
    return {
        "name": row.name,
        "conditions": _drawn(conditions.lines_of(row.conditions)),
        "targets": {
            metric: {priority: durations.words(plain) for priority, plain in times.items()}
            for metric, times in row.targets.items()
        },
        "schedule": row.schedule_id,
        "pauses": row.pauses,
        "is_active": row.is_active,
        "error": "",
    }


def _drawn(lines: list[conditions.Line]) -> dict[str, Any]:
    return conditions.form(lines, nothing=_("Every ticket that no promise above fits."))


def _asked(request: HttpRequest) -> dict[str, Any]:
    post = request.POST
    return {
        "name": post.get("name", "")[:200].replace("\x00", ""),
        "conditions": _drawn(conditions.posted(post)),
        "targets": {
            metric.key: {
                priority: post.get(f"{metric.key}-{priority}", "")[:40]
                for priority, _label in PRIORITIES
            }
            for metric in metrics.METRICS
        },
        "schedule": numbers.whole(post.get("schedule", "")),
        "pauses": [key for key, *_words in PAUSES if key in post.getlist("pauses")],
        "is_active": "is_active" in post,
        "error": "",
    }


@require_POST
@admins_only
def order(request: HttpRequest) -> HttpResponse:
    """Move one promise up or down."""
    rows = [row.pk for row in queries.policies()]
    pk = numbers.whole(request.POST.get("policy", ""))
    if pk in rows:
        place = rows.index(pk)
        other = place + (-1 if request.POST.get("to") == "up" else 1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
            promising.order(rows, by=request.user, at=now())  # type: ignore[arg-type]
    return redirect("promises")


@require_POST
@admins_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise it no longer."""
    row = _policy(pk)
    promising.remove(row, by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("Removed the promise %(name)s.") % {"name": row.name})
    return redirect("promises")


def _policy(pk: int) -> Any:
    row = queries.policy(pk)
    if row is None:
        raise Http404("There is no such promise.")
    return row
