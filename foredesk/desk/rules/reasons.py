"""Why did this happen: the rule, its version, the conditions that fitted, and what it did."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foredesk.automations import queries, wording
from foredesk.automations.occasions import OCCASIONS
from foredesk.desk.access import agents_only, me, ticket_or_404
from foredesk.people.permissions import can_write_rules


@require_GET
@agents_only
def of_entry(request: HttpRequest, number: int, entry: int) -> HttpResponse:
    """Why a rule did what one line of a ticket says."""
    ticket = ticket_or_404(request, number)
    found = queries.why(ticket, entry)
    if found is None:
        raise Http404("No rule did this, or it is too long ago to know.")
    return _render(request, found, ticket)


@require_GET
@agents_only
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run of a rule on a ticket that this person may see."""
    found = queries.run(me(request), pk)
    if found is None:
        raise Http404("There is no such run that you can see.")
    return _render(request, found, ticket_or_404(request, found.run.ticket_id))


def _render(request: HttpRequest, why: Any, ticket: Any) -> HttpResponse:
    data = why.version.data
    context = {
        "why": why,
        "ticket": ticket,
        "when": wording.when(data["kind"], data["when"]),
        "conditions": wording.conditions(data["kind"], data["conditions"]),
        "steps": wording.steps(data["steps"]),
        "cause": _cause(why.cause),
        "can_write": can_write_rules(me(request)) and why.run.rule.removed_at is None,
    }
    name = "_why" if request.headers.get("HX-Request") else "why"
    return render(request, f"desk/rules/{name}.html", context)


def _cause(entry: Any) -> str:
    """What set the rule off, in words."""
    if entry is None:
        return ""
    name = entry.kind.rpartition(".")[2]
    for one in OCCASIONS.values():
        if any(fact.__name__ == name for fact in one.facts):
            return one.words
    return name
