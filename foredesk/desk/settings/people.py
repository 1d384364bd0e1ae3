"""The people who work here: invite, change, shut out, let in again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foredesk.channels import queries as channels
from foredesk.design import wording
from foredesk.desk.account import invitations, notices
from foredesk.desk.routing import pages as routing
from foredesk.desk.settings import admins_only, sign_ins
from foredesk.people import changing, deactivating, inviting, resetting
from foredesk.people import queries as people
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now

ROLES = (
    ("agent", gettext_lazy("Agent"), gettext_lazy("Answers customers and works on tickets")),
    ("lead", gettext_lazy("Lead"), gettext_lazy("The same, and sees how the desk does")),
    ("admin", gettext_lazy("Admin"), gettext_lazy("The same, and changes all settings")),
    ("light", gettext_lazy("Light agent"), gettext_lazy("Reads, and writes internal notes alone")),
)
SEES = (
    ("everything", gettext_lazy("All tickets")),
    ("teams", gettext_lazy("Tickets of their teams, and those without a team")),
)


def _teams() -> list[tuple[str, str]]:
    return [(str(team.pk), team.name) for team in people.teams()]


class PersonForm(forms.Form):
    """Who somebody is, and what they may do."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("Email"), help_text=gettext_lazy("They sign in with it.")
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[(value, label) for value, label, _ in ROLES]
    )
    teams = forms.MultipleChoiceField(
        label=gettext_lazy("Teams"),
        required=False,
        choices=lazy(_teams, list),
        widget=forms.CheckboxSelectMultiple,
    )
    sees = forms.ChoiceField(
        label=gettext_lazy("Sees"), choices=SEES, widget=forms.RadioSelect, initial="everything"
    )

    def values(self) -> dict[str, Any]:
        """What the abilities take."""
        chosen = set(self.cleaned_data["teams"])
        rows = [team for team in people.teams() if str(team.pk) in chosen]
        return self.cleaned_data | {"teams": rows}


@require_GET
@admins_only
def index(request: HttpRequest) -> HttpResponse:
    """Everybody, active people first."""
    steps, seen = sign_ins.second_steps(), sign_ins.last_seen()
    rows = [
        _row(agent, steps.get(agent.pk, set()), seen.get(agent.pk)) for agent in people.agents()
    ]
    active = [row for row in rows if row["is_active"]]
    context = {
        "rows": rows,
        "active": len(active),
        "unsafe": sum(1 for row in active if row["sign_in"][0] == "warn"),
    }
    return render(request, "desk/settings/people.html", context)


def _row(agent: Any, steps: set[str], seen_at: Any) -> dict[str, Any]:
    return {
        "pk": agent.pk,
        "name": agent.name,
        "email": agent.email,
        "initials": wording.initials(agent.name),
        "hue": wording.hue(f"agent-{agent.pk}"),
        "role": agent.get_role_display(),
        "sees": agent.sees,
        "teams": [team.name for team in agent.teams.all()],
        "seen_at": seen_at or agent.last_login,
        "is_active": agent.is_active,
        "sign_in": _sign_in(agent, steps),
    }


def _sign_in(agent: Any, steps: set[str]) -> tuple[str, str, str]:
    """Tone, icon and words of how somebody signs in."""
    if not agent.is_active:
        return "", "lock", _("Off")
    if not agent.has_usable_password() and not agent.last_login:
        return "", "lock", _("No password yet")
    if "webauthn" in steps:
        return "ok", "key", _("Passkey")
    if "totp" in steps:
        return "ok", "shield", _("Code app")
    return "warn", "alert", _("Password only")


@never_cache
@require_http_methods(["GET", "POST"])
@admins_only
def create(request: HttpRequest) -> HttpResponse:
    """Add a person; answers with their one-time link, which is shown this once."""
    form = PersonForm(request.POST or None, initial={"role": "agent"})
    if request.method == "POST" and form.is_valid():
        try:
            agent = inviting.add_agent(**form.values(), by=request.user, at=now())  # type: ignore[arg-type]
        except Refused as why:
            form.add_error(None, str(why))
        else:
            return _show_link(request, agent, is_new=True)
    context = {"form": form, "roles": ROLES, "person": None}
    return render(
        request, "desk/settings/person.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
@admins_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One person; a POST changes them."""
    agent = _agent(pk)
    initial = {
        "name": agent.name,
        "email": agent.email,
        "role": agent.role,
        "sees": agent.sees,
        "teams": [str(team.pk) for team in agent.teams.all()],
    }
    form = PersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            changing.change(agent, **form.values(), by=request.user, at=now())  # type: ignore[arg-type]
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Saved. It works at their next click."))
            return redirect("people")
    steps, seen = sign_ins.second_steps(), sign_ins.last_seen()
    context = {
        "form": form,
        "roles": ROLES,
        "person": _row(agent, steps.get(agent.pk, set()), seen.get(agent.pk)),
        "is_me": agent.pk == request.user.pk,
        "has_steps": bool(steps.get(agent.pk)),
        "most": routing.most_of(agent) if not agent.is_light else [],
    }
    return render(
        request, "desk/settings/person.html", context, status=422 if form.is_bound else 200
    )


@never_cache
@require_POST
@admins_only
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A fresh one-time link; older ones stop working."""
    agent = _agent(pk)
    if not agent.is_active:
        raise Refused(f"{agent.name} can't sign in. Let them in again first.")
    return _show_link(request, agent, is_new=False)


def _show_link(request: HttpRequest, agent: Any, *, is_new: bool) -> HttpResponse:
    secret = inviting.invite(agent, at=now())
    context = {
        "person": agent,
        "link": invitations.link(secret),
        "is_new": is_new,
        "is_mailed": _mail(request, agent, secret),
    }
    return render(request, "desk/settings/invited.html", context, status=201 if is_new else 200)


def _mail(request: HttpRequest, agent: Any, secret: str) -> bool:
    """Whether the link went out by mail; where nothing leaves the house it is only shown."""
    me: Any = request.user
    if not channels.can_send():
        return False
    return invitations.send(email=agent.email, name=agent.name, inviter=me.name, secret=secret)


@require_POST
@admins_only
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away somebody's second steps, and tell them."""
    agent = _agent(pk)
    if resetting.reset_second_steps(agent, by=request.user, at=now()):  # type: ignore[arg-type]
        notices.send(agent, "second_steps_reset", request=request)
        text = _("%(name)s signs in with the password alone until a new second step is set up.")
        messages.success(request, text % {"name": agent.name})
    return redirect("person", agent.pk)


@require_POST
@admins_only
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut somebody out."""
    agent = _agent(pk)
    deactivating.deactivate(agent, by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("%(name)s was signed out everywhere.") % {"name": agent.name})
    return redirect("people")


@require_POST
@admins_only
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in again."""
    agent = _agent(pk)
    deactivating.reactivate(agent, by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("%(name)s can sign in again.") % {"name": agent.name})
    return redirect("person", agent.pk)


def _agent(pk: int) -> Any:
    agent = people.agent(pk)
    if agent is None:
        raise Http404("There is no such person.")
    return agent
