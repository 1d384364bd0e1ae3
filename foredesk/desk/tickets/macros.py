"""Macros on a ticket: the ones to choose from, and one applied."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from foredesk.automations import applying, queries, stepping
from foredesk.desk.access import me, ticket_or_404
from foredesk.desk.rules import answerers_only
from foredesk.desk.tickets import thread
from foredesk.plumbing.clock import now
from foredesk.tickets import writing
from foredesk.tickets.conflicts import UnableToChange


@require_GET
@answerers_only
def index(request: HttpRequest, number: int) -> HttpResponse:
    """The macros that this person may use, the most used first, narrowed by `q`."""
    ticket = ticket_or_404(request, number)
    text = request.GET.get("q", "").strip().casefold()[:100]
    rows = [
        {
            "pk": one.pk,
            "name": one.name,
            "line": _line(one, ticket, me(request)),
            "uses": one.uses,
        }
        for one in queries.macros(me(request))
        if text in one.name.casefold()
    ]
    name = "_macros_found" if "q" in request.GET else "_macros"
    return render(request, f"desk/{name}.html", {"ticket": ticket, "rows": rows, "text": text})


def _line(macro: Any, ticket: Any, agent: Any) -> str:
    """The beginning of its text as it would read here, and its steps."""
    text = writing.text_of(applying.html_of(macro, ticket, by=agent))
    steps = [stepping.sentence(one) for one in macro.steps]
    return ", ".join([*([" ".join(text.split())[:80]] if text else []), *steps])


@require_POST
@answerers_only
def apply(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Do its steps, and hand its text to the composer."""
    ticket = ticket_or_404(request, number)
    macro = queries.macro(me(request), pk)
    if macro is None:
        raise Http404("There is no such macro for you.")
    if not request.headers.get("HX-Request"):
        raise UnableToChange("Apply a macro on the ticket’s own page: its text goes there.")
    applied = applying.apply(macro, ticket, by=me(request), at=now())
    context = thread.whole(request, number)
    toast = f"{macro.name}: {', '.join(applied.did)}." if applied.did else ""
    answer = render(
        request, "desk/_macro_applied.html", {**context, "toast": toast, "applied": applied}
    )
    answer["HX-Trigger"] = "close-dialog"
    return answer
