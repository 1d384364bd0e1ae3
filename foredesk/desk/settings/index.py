"""The tiles that lead to every setting, and what was changed lately."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from foredesk import __version__
from foredesk.automations import queries as automations
from foredesk.channels import judging
from foredesk.channels import queries as channels
from foredesk.desk.settings import admins_only, changes
from foredesk.people import queries as people
from foredesk.plumbing.clock import now
from foredesk.surveys import queries as surveys


@require_GET
@admins_only
def show(request: HttpRequest) -> HttpResponse:
    """The index of settings."""
    context: dict[str, Any] = {
        "workspace": people.workspace(),
        "address": settings.SITE_URL,
        "version": __version__,
        "people_line": _people_line(),
        "brands_line": _brands_line(),
        "mailboxes": _mailboxes(),
        "aside": channels.aside_count(),
        "changes": changes.lately(),
        "rules": _rules(),
        "surveys_line": _surveys_line(),
    }
    return render(request, "desk/settings/index.html", context)


def _people_line() -> str:
    head = sum(people.headcount().values())
    teams = len(people.team_names())
    one = ngettext("%(n)d person", "%(n)d people", head) % {"n": head}
    two = ngettext("%(n)d team", "%(n)d teams", teams) % {"n": teams}
    return f"{one}, {two}"


def _brands_line() -> str:
    found = people.brands_in_use()
    return ", ".join(one.short_name for one in found[:4]) or _("Other names you answer under")


def _surveys_line() -> str:
    return _("Customers are asked") if surveys.plan().is_on else _("Off: nobody is asked")


def _rules() -> dict[str, Any]:
    """The line of the rules' tile, and how many rules are in trouble."""
    counts = automations.counts()
    line = _("None yet")
    if counts["all"]:
        line = _("%(on)d of %(all)d on") % counts
    return {**counts, "line": line}


def _mailboxes() -> dict[str, Any]:
    """The line of the tile, and how many mailboxes are broken."""
    at = now()
    boxes = [box for box in channels.mailboxes() if box.is_active]
    judged = [(judging.receiving(box, at=at), judging.sending(box, at=at)) for box in boxes]
    broken = sum(1 for pair in judged if any(one.state == "bad" for one in pair))
    if not boxes:
        return {"line": _("None yet"), "broken": 0}
    n = len(boxes)
    line = boxes[0].address if n == 1 else ngettext("%(n)d on", "%(n)d on", n) % {"n": n}
    return {"line": line, "broken": broken}
