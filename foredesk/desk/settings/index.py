"""The tiles that lead to every setting, and what was changed lately."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from foredesk import __version__
from foredesk.desk.settings import admins_only, changes
from foredesk.people import queries as people


@require_GET
@admins_only
def show(request: HttpRequest) -> HttpResponse:
    """The index of settings."""
    context: dict[str, Any] = {
        "workspace": people.workspace(),
        "address": settings.SITE_URL,
        "version": __version__,
        "people_line": _people_line(),
        "changes": changes.lately(),
    }
    return render(request, "desk/settings/index.html", context)


def _people_line() -> str:
    head = sum(people.headcount().values())
    teams = len(people.team_names())
    one = ngettext("%(n)d person", "%(n)d people", head) % {"n": head}
    two = ngettext("%(n)d team", "%(n)d teams", teams) % {"n": teams}
    return f"{one}, {two}"
