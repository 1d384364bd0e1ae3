"""Follow-ups: what comes after a resolution."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foredesk.automations import queries, timing, writing_texts
from foredesk.desk.access import me
from foredesk.desk.rules import writers_only
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now

_NAME = re.compile(r"f([0-9]{1,2})\.([a-z]{1,20})")
_REMOVE = re.compile(r"remove-([0-9]{1,2})")


@require_GET
@writers_only
def index(request: HttpRequest) -> HttpResponse:
    """All follow-ups, and on how many tickets they run."""
    return render(request, "desk/rules/followups.html", {"rows": queries.sequences()})


@require_http_methods(["GET", "POST"])
@writers_only
def create(request: HttpRequest) -> HttpResponse:
    """A new follow-up."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@writers_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One follow-up; a POST changes the form or saves it."""
    return _form(request, _sequence(pk))


def _form(request: HttpRequest, sequence: Any) -> HttpResponse:
    templates = [(str(one.pk), one.name) for one in queries.templates()]
    name, steps, refusal = "", [_new("mail", templates)], ""
    if sequence is not None:
        name, steps = sequence.name, [_shown(one) for one in sequence.steps]
    if request.method == "POST":
        name, steps = request.POST.get("name", ""), _posted(request.POST, templates)
        if request.POST.get("do") == "save":
            data = {"name": name, "steps": [_step(one) for one in steps]}
            try:
                writing_texts.save_sequence(sequence, data, by=me(request), at=now())
            except Refused as why:
                refusal = str(why)
            else:
                messages.success(request, _("Saved."))
                return redirect("followups")
    context = {
        "sequence": sequence,
        "name": name,
        "steps": steps,
        "templates": templates,
        "refusal": refusal,
    }
    return render(request, "desk/rules/followup.html", context, status=422 if refusal else 200)


def _new(kind: str, templates: list[tuple[str, str]]) -> dict[str, Any]:
    first = templates[0][0] if templates else ""
    return {"do": kind, "amount": "3", "unit": "days", "template": first, "text": ""}


def _shown(step: dict[str, Any]) -> dict[str, Any]:
    amount, unit = timing.split(step["hours"])
    return {"template": "", "text": "", **step, "amount": f"{amount:g}", "unit": unit}


def _step(shown: dict[str, Any]) -> dict[str, Any]:
    try:
        hours: Any = float(shown["amount"].replace(",", ".")) * timing.UNITS.get(shown["unit"], 24)
    except ValueError:
        hours = shown["amount"]
    return {**shown, "hours": hours}


def _posted(sent: QueryDict, templates: list[tuple[str, str]]) -> list[dict[str, Any]]:
    parts: dict[int, dict[str, str]] = {}
    for name in sent:
        match = _NAME.fullmatch(name)
        if match:
            value = sent.get(name, "").replace("\x00", "")[:5000]
            parts.setdefault(int(match[1]), {})[match[2]] = value
    steps = [{**_new("mail", templates), **part} for _, part in sorted(parts.items())][:12]
    wish = sent.get("do", "")
    gone = _REMOVE.fullmatch(wish)
    if gone:
        del steps[int(gone[1]) : int(gone[1]) + 1]
    elif wish in ("add_mail", "add_call"):
        steps.append(_new(wish.removeprefix("add_"), templates))
    return steps


@require_POST
@writers_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove it; where it runs it ends."""
    sequence = _sequence(pk)
    writing_texts.remove_sequence(sequence, by=me(request), at=now())
    messages.success(request, _("Removed the follow-up %(name)s.") % {"name": sequence.name})
    return redirect("followups")


def _sequence(pk: int) -> Any:
    sequence = queries.sequence(pk)
    if sequence is None:
        raise Http404("There is no such follow-up.")
    return sequence
