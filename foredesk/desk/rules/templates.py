"""Templates: what rules and follow-ups write, in several languages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foredesk.automations import queries, writing_texts
from foredesk.desk.access import me
from foredesk.desk.rules import texts, writers_only
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now


@require_GET
@writers_only
def index(request: HttpRequest) -> HttpResponse:
    """All templates, and what writes with them."""
    rows = [(one, queries.users_of_template(one)) for one in queries.templates()]
    return render(request, "desk/rules/templates.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@writers_only
def create(request: HttpRequest) -> HttpResponse:
    """A new template."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@writers_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One template; a POST adds a language or saves it."""
    return _form(request, _template(pk))


def _form(request: HttpRequest, template: Any) -> HttpResponse:
    name = template.name if template else ""
    versions = template.texts if template else {}
    refusal = ""
    if request.method == "POST":
        name, versions = request.POST.get("name", ""), texts.posted(request.POST)
        if request.POST.get("do") != "add_language":
            try:
                writing_texts.save_template(
                    template, {"name": name, "texts": versions}, by=me(request), at=now()
                )
            except Refused as why:
                refusal = str(why)
            else:
                messages.success(request, _("Saved."))
                return redirect("templates")
    context = {
        "template": template,
        "name": name,
        "refusal": refusal,
        "users": queries.users_of_template(template) if template else [],
        **texts.shown(versions),
    }
    return render(request, "desk/rules/template.html", context, status=422 if refusal else 200)


@require_POST
@writers_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove it; rules that write with it stop with a reason."""
    template = _template(pk)
    writing_texts.remove_template(template, by=me(request), at=now())
    messages.success(request, _("Removed the template %(name)s.") % {"name": template.name})
    return redirect("templates")


def _template(pk: int) -> Any:
    template = queries.template(pk)
    if template is None:
        raise Http404("There is no such template.")
    return template
