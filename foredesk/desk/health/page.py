"""Every part of the desk: how it does, and what to do when it does not."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from foredesk.desk.health import leads_only
from foredesk.operations import checking, queries
from foredesk.people import permissions
from foredesk.plumbing.clock import now

STATES = {
    "ok": ("ok", "check", gettext_lazy("Fine")),
    "warn": ("warn", "alert", gettext_lazy("Look")),
    "bad": ("bad", "x-circle", gettext_lazy("Broken")),
    "off": ("", "minus", gettext_lazy("Not in use")),
}
ICONS = {
    "database": "database",
    "migrations": "package",
    "disk": "server",
    "files": "file",
    "scanner": "shield",
    "worker": "zap",
    "queue": "list",
    "listeners": "repeat",
    "intake": "inbox",
    "mailboxes": "mail",
    "outgoing": "send",
    "automatic": "bot",
    "sender_domain": "globe",
    "clock": "clock",
    "backups": "archive",
}


@require_GET
@leads_only
def show(request: HttpRequest) -> HttpResponse:
    """The page. Status 200 also when something is broken: the page itself works."""
    return render(request, "desk/health/page.html", _context(request))


@require_GET
@leads_only
def parts(request: HttpRequest) -> HttpResponse:
    """The list of parts again, as it is now."""
    return render(request, "desk/health/_parts.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    at = now()
    results = checking.report(at=at)
    is_admin = permissions.can_administer(request.user)  # type: ignore[arg-type]
    rows = [_row(one, is_admin) for one in results]
    return {
        "at": at,
        "rows": rows,
        "bad": [row for row in rows if row["state"][0] == "bad"],
        "warn": [row for row in rows if row["state"][0] == "warn"],
        "jobs": queries.failed_jobs(limit=50),
        "jobs_count": queries.failed_jobs_count(),
        "is_admin": is_admin,
    }


def _row(one: checking.Result, is_admin: bool) -> dict[str, Any]:
    kind = one.name.split(".")[0]
    url = ""
    if kind == "mailboxes" and is_admin:
        url = reverse("mailbox", args=[one.about_id]) if one.about_id else reverse("mailboxes")
    elif kind == "outgoing":
        url = reverse("sent_mail")
    return {
        "id": one.name.replace(".", "-"),
        "label": one.label,
        "text": one.text,
        "advice": one.advice,
        "state": STATES[one.state],
        "icon": ICONS.get(kind, "pulse"),
        "url": url,
        "is_banner": kind in ("mailboxes", "worker"),  # stands above every page already
    }
