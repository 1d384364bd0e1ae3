"""Try a promise: a customer writes at some time, and the page says by when they are answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from foredesk.design import wording
from foredesk.desk.promises.policies import PRIORITIES
from foredesk.desk.settings import admins_only
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.sla import foretelling, queries
from foredesk.sla.metrics import BY_KEY

FURTHEST = timedelta(days=3 * 366)


@require_GET
@admins_only
def show(request: HttpRequest) -> HttpResponse:
    """The panel again, with what was asked."""
    return render(request, "desk/promises/_try.html", {"trying": tried(request)})


def tried(request: HttpRequest) -> dict[str, Any]:
    """The form and its answer, from the query string: policy, priority, when."""
    policies = [row for row in queries.policies() if row.is_active]
    asked = request.GET
    pk = numbers.whole(asked.get("policy", ""))
    policy = next((row for row in policies if row.pk == pk), policies[0] if policies else None)
    priority = asked.get("priority", "2")
    priority = priority if priority in dict(PRIORITIES) else "2"
    when, error = _when(asked.get("when", ""))
    return {
        "policies": [(row.pk, row.name) for row in policies],
        "policy": policy.pk if policy else "",
        "priorities": PRIORITIES,
        "priority": priority,
        "when": timezone.localtime(when).strftime("%Y-%m-%dT%H:%M"),
        "error": error,
        "answers": _answers(policy, int(priority), when) if policy and not error else [],
    }


def _when(text: str) -> tuple[datetime, str]:
    at = now()
    if not text:
        return at, ""
    try:
        found = timezone.make_aware(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return at, _("Write a date and a time.")
    if abs(found - at) > FURTHEST:
        return at, _("Choose a time within three years.")
    return found, ""


def _answers(policy: Any, priority: int, when: datetime) -> list[dict[str, Any]]:
    zone = timezone.get_current_timezone()
    found = []
    for one in foretelling.foretell(policy, priority=priority, at=when):
        metric = BY_KEY[one.metric]
        if one.due_at is None:
            text = _("%(what)s: never, there are too few open hours") % {"what": metric.says}
            found.append({"metric": metric.key, "text": text, "parts": ""})
            continue
        local = one.due_at.astimezone(zone)
        text = _("%(what)s by %(when)s") % {
            "what": metric.says,
            "when": f"{local:%A, %-d %B, %H:%M}",
        }
        parts = ", ".join(
            _("%(span)s on %(day)s") % {"span": wording.span(length), "day": f"{day:%A}"}
            for day, length in one.parts[:4]
        )
        found.append({"metric": metric.key, "text": text, "parts": parts})
    return found
