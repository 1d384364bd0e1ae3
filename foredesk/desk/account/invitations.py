"""The page behind an invitation link: a first password, then in."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from foredesk.people import inviting
from foredesk.people import queries as people
from foredesk.plumbing.clock import now


class PasswordForm(forms.Form):
    """Two passwords that must be the same."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("At least 12 characters. A few words are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        max_length=1000,
    )
    again = forms.CharField(
        label=gettext_lazy("The same again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        max_length=1000,
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("The two passwords differ. Type the same twice."))
        return again


def link(secret: str) -> str:
    """The address to send to the invited person."""
    return settings.SITE_URL + reverse("invitation", args=[secret])


def send(*, email: str, name: str, inviter: str, secret: str) -> bool:
    """Mail the link to the invited person; whether a server took it, or it was kept."""
    context = {
        "name": name,
        "inviter": inviter,
        "workspace": people.workspace().name,
        "url": link(secret),
    }
    subject = render_to_string("account/email/invitation_subject.txt", context).strip()
    body = render_to_string("account/email/invitation_message.txt", context).strip() + "\n"
    return EmailMessage(subject, body, to=[email]).send() == 1


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask for a password, use the link up, sign the person in. A dead link says so, status 410."""
    agent = inviting.invited_by(secret, at=now())
    if agent is None:
        return render(request, "account/invitation_dead.html", status=410)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            agent = inviting.accept(secret, password=form.cleaned_data["password"], at=now())
        except inviting.UnableToAdd as error:
            form.add_error("password", str(error))
        else:
            get_adapter(request).login(request, agent)
            return redirect(settings.LOGIN_REDIRECT_URL)
    status = 422 if form.is_bound else 200
    return render(request, "account/invitation.html", {"form": form, "agent": agent}, status=status)
