"""The page of promises and hours."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from foredesk.desk.promises import hours, steps, trying
from foredesk.desk.settings import admins_only
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.realtime import topics
from foredesk.sla import durations, escalating, queries
from foredesk.sla.metrics import METRICS
from foredesk.tickets.conditions import checking, wording

NEXT = 3  # days off that are named under the hours


@require_GET
@admins_only
def index(request: HttpRequest) -> HttpResponse:
    """Everything about promises on one page; `hours` chooses which hours are drawn."""
    at = now()
    schedules = queries.schedules()
    wanted = numbers.whole(request.GET.get("hours", ""))
    chosen = next((one for one in schedules if one.pk == wanted), None)
    chosen = chosen or (schedules[0] if schedules else None)
    context = {
        "schedules": [
            {
                "label": one.name,
                "url": f"{reverse('promises')}?hours={one.pk}",
                "pressed": chosen is not None and one.pk == chosen.pk,
            }
            for one in schedules
        ],
        "chosen": chosen,
        "form": hours.form_of(chosen) if chosen else None,
        "days_line": _days_line(chosen, at) if chosen else "",
        "policies": _policies(at),
        "steps": steps.shown(escalating.current()),
        "trying": trying.tried(request),
        **_progress(request),
    }
    return render(request, "desk/promises/index.html", context)


@require_GET
@admins_only
def recalculation(request: HttpRequest) -> HttpResponse:
    """How far the open tickets are, for the live page."""
    return render(request, "desk/promises/_recalculation.html", _progress(request))


def _progress(request: HttpRequest) -> dict[str, Any]:
    return {
        "recalculation": queries.recalculation(),
        "live_topic": "standards",
        "token": topics.sign(["standards"], viewer_id=request.user.pk or 0),
    }


def _days_line(schedule: Any, at: Any) -> str:
    days = queries.days_off(schedule, since=at)
    if not days:
        return _("No days off are known.")
    named = ", ".join(f"{one.day:%-d %B}" for one in days[:NEXT])
    more = len(days) - NEXT
    if more <= 0:
        return _("Other hours or closed on %(days)s.") % {"days": named}
    rest = ngettext("%(n)d more day", "%(n)d more days", more) % {"n": more}
    return _("Other hours or closed on %(days)s and %(more)s.") % {"days": named, "more": rest}


def _policies(at: Any) -> list[dict[str, Any]]:
    kept, covered = queries.kept(at=at), queries.covered()
    rows = queries.policies()
    return [
        _policy(row, index, len(rows), kept.get(row.pk), covered.get(row.pk, 0))
        for index, row in enumerate(rows)
    ]


def _policy(
    row: Any, index: int, count: int, kept: tuple[int, int] | None, tickets: int
) -> dict[str, Any]:
    words = wording.sentence(row.conditions)
    share = round(100 * kept[0] / kept[1]) if kept else None
    return {
        "pk": row.pk,
        "n": index + 1,
        "name": row.name,
        "when": _("when %(words)s") % {"words": words} if words else _("for everybody"),
        "targets": [
            {"says": metric.says, "time": _times(row.targets[metric.key])}
            for metric in METRICS
            if metric.key in row.targets
        ],
        "hours": row.schedule.name if row.schedule else _("the calendar"),
        "is_active": row.is_active,
        "problems": checking.problems(row.conditions),
        "kept": share,
        "kept_of": kept[1] if kept else 0,
        "tone": "" if share is None else "ok" if share >= 95 else "warn" if share >= 80 else "bad",
        "tickets": tickets,
        "is_first": index == 0,
        "is_last": index == count - 1,
    }


def _times(by_priority: dict[str, str]) -> str:
    """One time when all priorities share it, else from the shortest to the longest of them."""
    times = [by_priority[p] for p in "4321" if p in by_priority]
    different = list(dict.fromkeys(times))
    if len(different) == 1:
        return durations.words(different[0])
    return _("%(least)s to %(most)s") % {
        "least": durations.words(different[0]),
        "most": durations.words(different[-1]),
    }
