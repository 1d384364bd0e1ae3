"""Step 1: the first admin. Open only while nobody is there."""

from allauth.account.adapter import get_adapter
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from foredesk.desk.setup import code, steps
from foredesk.people import queries as people
from foredesk.people import setting_up
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now


class AccountForm(forms.Form):
    """Who leads the desk. `code` is asked for from visitors of other machines alone."""

    code = forms.CharField(
        label=gettext_lazy("Setup code"),
        max_length=60,
        help_text=gettext_lazy(
            "It was printed where the desk was started, and is kept in the file "
            "secrets/setup_code of the data folder."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        help_text=gettext_lazy("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least 12 characters. A few words are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        max_length=1000,
    )

    def clean_code(self) -> str:
        given: str = self.cleaned_data["code"]
        if not code.is_right(given):
            raise forms.ValidationError(_("That is not the code. Look where the desk was started."))
        return given


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Ask for a name, an address, a password; sign the first admin in."""
    if not people.is_empty():
        raise Http404("This desk has been set up.")
    if "code" in request.GET:
        if code.is_right(request.GET["code"]):
            code.remember(request)
        return redirect("setup")
    form = AccountForm(request.POST or None)
    if not code.is_needed(request):
        del form.fields["code"]
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "email", "password")}
        try:
            agent = setting_up.add_first_admin(**given, at=now())
        except setting_up.AlreadySetUp:
            return redirect("account_login")
        except Refused as why:
            form.add_error("password" if "password" in str(why).lower() else None, str(why))
        else:
            get_adapter(request).login(request, agent)
            code.drop()
            steps.begin(request)
            return redirect("setup_workspace")
    context = {"form": form, "steps": steps.steps(1)}
    status = 422 if form.is_bound else 200
    return render(request, "desk/setup/account.html", context, status=status)
