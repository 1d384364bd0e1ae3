"""What the desk is called, its zone, and when solved tickets close."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from foredesk.desk import zones
from foredesk.desk.settings import admins_only
from foredesk.people import branding, setting_up
from foredesk.people import queries as people
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now

COPIES = (
    ("same_domain", gettext_lazy("take part when they are of the customer's own mail domain")),
    ("anybody", gettext_lazy("take part")),
    ("nobody", gettext_lazy("do not take part")),
)


class WorkspaceForm(forms.Form):
    """What the whole desk shares."""

    name = forms.CharField(
        label=gettext_lazy("Name of the desk"),
        max_length=setting_up.LONGEST_NAME,
        help_text=gettext_lazy("Customers read it beside the name of whoever answers."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=lazy(people.languages, list)
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zones.choices,
        widget=zones.Select,
        help_text=gettext_lazy("Times are shown in it, unless people choose their own."),
    )
    from_name = forms.CharField(
        label=gettext_lazy("Name that customers see"),
        required=False,
        max_length=branding.LONGEST_SENDER,
        help_text=gettext_lazy(
            "Of mailboxes that have none of their own. {agent} and {workspace} are filled in."
        ),
        widget=forms.TextInput(attrs={"placeholder": "{agent} at {workspace}"}),
    )
    signature_html = forms.CharField(
        label=gettext_lazy("Signature"),
        required=False,
        max_length=branding.LONGEST_SIGNATURE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Goes under answers of mailboxes that have none of their own."),
    )
    close_after_days = forms.IntegerField(
        label=gettext_lazy("Close solved tickets after"),
        min_value=0,
        max_value=setting_up.MOST_DAYS,
        help_text=gettext_lazy(
            "Days. A reply to a solved ticket opens it again; a reply to a closed one opens a "
            "follow-up. 0 leaves tickets solved."
        ),
    )
    close_warning_days = forms.IntegerField(
        label=gettext_lazy("Tell the customer before"),
        min_value=0,
        max_value=setting_up.MOST_DAYS,
        required=False,
        help_text=gettext_lazy(
            "Days before the closing. They get a mail, and an answer keeps the ticket open. 0 "
            "tells nobody."
        ),
    )
    copies_join = forms.ChoiceField(
        label=gettext_lazy("People whom a customer puts in copy"),
        required=False,
        choices=COPIES,
        help_text=gettext_lazy(
            "Who takes part gets your answers too. Copies of a sender who is not verified never "
            "take part."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(people.languages()) == 1:
            del self.fields["language"]


@require_http_methods(["GET", "POST"])
@admins_only
def show(request: HttpRequest) -> HttpResponse:
    """The form; a POST saves it and comes back."""
    row = people.workspace_now()
    names = (
        "name", "language", "time_zone", "from_name", "signature_html", "close_after_days",
        "close_warning_days", "copies_join",
    )  # fmt: skip
    form = WorkspaceForm(request.POST or None, initial={name: getattr(row, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            setting_up.change_workspace(
                **{"language": row.language} | _given(form),
                by=request.user,  # type: ignore[arg-type]
                at=now(),
            )
        except branding.BadBrand as why:
            form.add_error(why.field, str(why))
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Saved."))
            return redirect("workspace")
    status = 422 if form.is_bound else 200
    return render(request, "desk/settings/workspace.html", {"form": form}, status=status)


def _given(form: WorkspaceForm) -> dict[str, Any]:
    """What the form says; a choice that was not sent stays as it is."""
    optional = ("copies_join", "from_name", "signature_html")
    given = {name: form.cleaned_data[name] if name in form.data else None for name in optional}
    return form.cleaned_data | given | {"copies_join": given["copies_join"] or None}
