"""The rules: their order, one rule in sentences, its dry run, on and off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foredesk.automations import checking, queries, writing_rules
from foredesk.desk.access import me
from foredesk.desk.rules import drafts, editing, writers_only
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now


@require_GET
@writers_only
def index(request: HttpRequest) -> HttpResponse:
    """All rules in the order in which they run."""
    return render(request, "desk/rules/rules.html", editing.listing())


@require_http_methods(["GET", "POST"])
@writers_only
def create(request: HttpRequest) -> HttpResponse:
    """A new rule; nothing is kept before it is saved."""
    if request.method == "GET":
        draft = drafts.blank(request.GET.get("kind", ""))
        return _render(request, editing.page(request, draft))
    return _posted(request, None)


@require_http_methods(["GET", "POST"])
@writers_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule; a POST changes the form, tries the rule, or saves it."""
    rule = _rule(pk)
    if request.method == "GET":
        draft = drafts.of_rule(editing.snapshot(rule), version=rule.version)
        return _render(request, editing.page(request, draft, rule=rule))
    return _posted(request, rule)


def _posted(request: HttpRequest, rule: Any) -> HttpResponse:
    draft = drafts.posted(request.POST)
    wish = request.POST.get("do", "")
    more: dict[str, Any] = {"last": numbers.whole(request.POST.get("last", "")) or 200}
    if wish == "try":
        more["tried"] = request.POST.get("tried", "")[:20]
    if wish != "save":
        drafts.do(draft, wish)
        return _render(request, editing.page(request, draft, rule=rule, **more))
    try:
        if rule is None:
            saved = writing_rules.add(drafts.data_of(draft), by=me(request), at=now())
            messages.success(request, _("Saved. It does nothing before you switch it on."))
        else:
            saved = writing_rules.change(
                rule, drafts.data_of(draft), seen=draft.version, by=me(request), at=now()
            )
            messages.success(request, _("Saved."))
    except checking.BadRule as why:
        context = editing.page(request, draft, rule=rule, refusal=str(why), **more)
        return _render(request, context, status=422)
    return redirect("rule", saved.pk)


def _render(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The pane alone for a fragment's request, else with the list beside it."""
    if request.headers.get("HX-Request"):
        return render(request, "desk/rules/_rule.html", context, status=status)
    context |= editing.listing(chosen=context["rule"])
    return render(request, "desk/rules/rules.html", {**context, "is_open": True}, status=status)


@require_POST
@writers_only
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """On or off."""
    rule = _rule(pk)
    is_on = request.POST.get("on") == "1"
    writing_rules.switch(rule, is_active=is_on, by=me(request), at=now())
    messages.success(request, _("It is on.") if is_on else _("It is off."))
    return redirect("rule", pk)


@require_POST
@writers_only
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    rule = _rule(pk)
    writing_rules.move(rule, up=request.POST.get("to") == "up", by=me(request), at=now())
    return redirect("rule", pk)


@require_POST
@writers_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it out of the list; tickets still say what it did."""
    rule = _rule(pk)
    writing_rules.remove(rule, by=me(request), at=now())
    messages.success(request, _("Removed the rule %(name)s.") % {"name": rule.name})
    return redirect("rules")


def _rule(pk: int) -> Any:
    rule = queries.rule(pk)
    if rule is None:
        raise Http404("There is no such rule.")
    return rule
