"""Macros: a person's own, a team's, everybody's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foredesk.automations import actions, queries, writing_texts
from foredesk.desk.access import me
from foredesk.desk.rules import answerers_only, drafts, editing, texts
from foredesk.people import permissions
from foredesk.people import queries as people
from foredesk.people.permissions import NotAllowed
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now

THEN = (
    ("", "as you choose"),
    ("pending", "Waiting on customer"),
    ("open", "Open"),
    ("on_hold", "On hold"),
    ("solved", "Solved"),
)


@require_GET
@answerers_only
def index(request: HttpRequest) -> HttpResponse:
    """The macros that this person may use, the most used first."""
    viewer = me(request)
    rows = [(one, queries.can_change_macro(viewer, one)) for one in queries.readable_macros(viewer)]
    return render(request, "desk/rules/macros.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@answerers_only
def create(request: HttpRequest) -> HttpResponse:
    """A new macro."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@answerers_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One macro; a POST changes the form or saves it."""
    return _form(request, _macro(request, pk))


def _form(request: HttpRequest, macro: Any) -> HttpResponse:
    data = _kept(macro)
    refusal = ""
    if request.method == "POST":
        data = _posted(request)
        if request.POST.get("do") == "save":
            try:
                writing_texts.save_macro(macro, data, by=me(request), at=now())
            except Refused as why:
                refusal = str(why)
            else:
                messages.success(request, _("Saved."))
                return redirect("macros")
    return render(
        request,
        "desk/rules/macro.html",
        {
            "macro": macro,
            "data": data,
            "refusal": refusal,
            "steps": editing.steps_of(data["steps"]),
            "actions": editing.actions_for_macros(),
            "then_options": THEN,
            "teams": sorted(people.team_names().items(), key=lambda pair: pair[1].casefold()),
            "can_share": permissions.can_write_rules(me(request)),
            "can_change": macro is None or queries.can_change_macro(me(request), macro),
            **texts.shown(data["texts"]),
        },
        status=422 if refusal else 200,
    )


def _kept(macro: Any) -> dict[str, Any]:
    if macro is None:
        return {"name": "", "scope": "personal", "team": "", "texts": {}, "steps": [], "then": ""}
    return {
        "name": macro.name,
        "scope": macro.scope,
        "team": macro.team_id or "",
        "texts": macro.texts,
        "steps": macro.steps,
        "then": macro.then,
    }


def _posted(request: HttpRequest) -> dict[str, Any]:
    draft = drafts.posted(request.POST)
    wish = request.POST.get("do", "")
    if wish == "add_step":
        draft.steps.append(drafts.new_step(actions.all_actions()["priority"]))
    else:
        drafts.do(draft, wish)
    return {
        "name": draft.name,
        "scope": request.POST.get("scope", "personal"),
        "team": request.POST.get("team", ""),
        "texts": texts.posted(request.POST),
        "steps": draft.steps,
        "then": request.POST.get("then", ""),
    }


@require_POST
@answerers_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a macro."""
    macro = _macro(request, pk)
    if not queries.can_change_macro(me(request), macro):
        raise NotAllowed("Leads and admins remove macros that others use. Ask one of them.")
    writing_texts.remove_macro(macro, by=me(request), at=now())
    messages.success(request, _("Removed the macro %(name)s.") % {"name": macro.name})
    return redirect("macros")


def _macro(request: HttpRequest, pk: int) -> Any:
    macro = queries.readable_macro(me(request), pk)
    if macro is None:
        raise Http404("There is no such macro for you.")
    return macro
