"""Teams: who works together, and what is routed to them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.desk.settings import admins_only
from foredesk.people import queries as people
from foredesk.people import teaming
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now
from foredesk.tickets import queries as tickets


class TeamForm(forms.Form):
    """A team's name and picture."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=teaming.LONGEST_NAME)
    icon = forms.ChoiceField(
        label=gettext_lazy("Picture"),
        choices=[(icon, icon) for icon in teaming.ICONS],
        initial=teaming.ICONS[0],
        required=False,
        widget=forms.RadioSelect,
    )


@require_http_methods(["GET", "POST"])
@admins_only
def index(request: HttpRequest) -> HttpResponse:
    """All teams; a POST adds one."""
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team = teaming.add(**form.cleaned_data, by=request.user, at=now())  # type: ignore[arg-type]
        except Refused as why:
            form.add_error("name", str(why))
        else:
            messages.success(request, _("Added the team %(name)s.") % {"name": team.name})
            return redirect("teams")
    return _page(request, form, chosen=None)


@require_http_methods(["GET", "POST"])
@admins_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One team; a POST changes it."""
    team = _team(pk)
    form = TeamForm(request.POST or None, initial={"name": team.name, "icon": team.icon})
    if request.method == "POST" and form.is_valid():
        try:
            teaming.change(team, **form.cleaned_data, by=request.user, at=now())  # type: ignore[arg-type]
        except Refused as why:
            form.add_error("name", str(why))
        else:
            messages.success(request, _("Saved."))
            return redirect("teams")
    return _page(request, form, chosen=team)


def _page(request: HttpRequest, form: TeamForm, *, chosen: Any) -> HttpResponse:
    context = {
        "form": form,
        "rows": people.teams_with_sizes(),
        "open": tickets.unsolved_by_team(),
        "chosen": chosen,
        "icons": teaming.ICONS,
    }
    return render(
        request, "desk/settings/teams.html", context, status=422 if form.is_bound else 200
    )


@require_POST
@admins_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a team; its tickets and people stay, without it."""
    team = _team(pk)
    teaming.remove(team, by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("Removed the team %(name)s.") % {"name": team.name})
    return redirect("teams")


def _team(pk: int) -> Any:
    team = people.team(pk)
    if team is None:
        raise Http404("There is no such team.")
    return team
