"""The page where agents say who they are and how the desk should look to them."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.desk import zones
from foredesk.desk.access import agents_only
from foredesk.people import profiling
from foredesk.people import queries as people
from foredesk.plumbing.clock import now

THEMES = (
    ("system", gettext_lazy("As the system")),
    ("light", gettext_lazy("Light")),
    ("dark", gettext_lazy("Dark")),
)
DENSITIES = (
    ("comfortable", gettext_lazy("Comfortable")),
    ("compact", gettext_lazy("Compact")),
)


def _zones() -> list[tuple[str, str]]:
    like_desk = _("As the desk (%(zone)s)") % {"zone": people.workspace().time_zone}
    return [("", like_desk), *zones.choices()]


class ProfileForm(forms.Form):
    """What an agent may change about themselves."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("As colleagues and customers read it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    signature_html = forms.CharField(
        label=gettext_lazy("Signature"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Goes under what you send to customers."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        choices=lazy(_zones, list),
        widget=zones.Select,
    )
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=THEMES)
    density = forms.ChoiceField(label=gettext_lazy("Density"), choices=DENSITIES)
    shortcuts_on = forms.BooleanField(
        label=gettext_lazy("Single keys are shortcuts"),
        required=False,
        help_text=gettext_lazy("Off, only shortcuts with Ctrl or Cmd work."),
    )
    mail_on_assignment = forms.BooleanField(
        label=gettext_lazy("When somebody gives me a ticket"), required=False
    )
    mail_on_message = forms.BooleanField(
        label=gettext_lazy("When a customer writes on my ticket"),
        required=False,
        help_text=gettext_lazy(
            "Not while you are reading the ticket. Answer such a mail, and the customer gets your "
            "answer."
        ),
    )


FIELDS = tuple(ProfileForm.base_fields)


@agents_only
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The profile; a POST saves it and comes back."""
    me: Any = request.user
    form = ProfileForm(request.POST or None, initial={name: getattr(me, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        profiling.change_own(me, at=now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("profile")
    factors = list(Authenticator.objects.filter(user_id=me.pk).values_list("type", flat=True))
    context = {
        "form": form,
        "has_totp": Authenticator.Type.TOTP in factors,
        "passkeys": factors.count(Authenticator.Type.WEBAUTHN),
        "sessions": UserSession.objects.filter(user_id=me.pk).count(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/account/profile.html", context, status=status)


@agents_only
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Change only the theme, from its switch."""
    me: Any = request.user
    chosen = request.POST.get("theme", "")
    if chosen not in dict(THEMES):
        return HttpResponse("<p data-error>Choose system, light or dark.</p>", status=422)
    profiling.change_own(me, at=now(), theme=chosen)
    return HttpResponse(status=204)
