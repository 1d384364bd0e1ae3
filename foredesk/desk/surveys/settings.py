"""How customers are asked: on or off, when, on which scale, in which words."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from foredesk.desk.access import me
from foredesk.desk.settings import admins_only
from foredesk.desk.surveys import page
from foredesk.people import queries as people
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.surveys import letters, planning, queries, wording

SCALES = (
    (2, gettext_lazy("2 steps: good or not")),
    (3, gettext_lazy("3 steps")),
    (5, gettext_lazy("5 steps")),
)
LOOKED_BACK = timedelta(days=28)


class Lines(forms.CharField):
    """A list, one entry in each line."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return super().clean(value).splitlines()


class PlanForm(forms.Form):
    """How customers are asked."""

    is_on = forms.BooleanField(
        label=gettext_lazy("Ask customers how it was"),
        required=False,
        help_text=gettext_lazy("About what is solved from the moment of switching it on."),
    )
    delay_hours = forms.IntegerField(
        label=gettext_lazy("Ask after"),
        min_value=0,
        max_value=planning.LONGEST_DELAY,
        help_text=gettext_lazy("Hours after solving, if it is still solved then. 0 asks at once."),
    )
    scale = forms.TypedChoiceField(label=gettext_lazy("Scale"), choices=SCALES, coerce=int)
    every_days = forms.IntegerField(
        label=gettext_lazy("Ask nobody again for"),
        min_value=1,
        max_value=planning.LONGEST_PAUSE,
        help_text=gettext_lazy("Days, for each customer and brand."),
    )
    open_days = forms.IntegerField(
        label=gettext_lazy("Time to answer"),
        min_value=1,
        max_value=planning.LONGEST_OPEN,
        help_text=gettext_lazy(
            "Days. Until then, and as long as the ticket is not closed, the answer may be changed."
        ),
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Ask about tickets that came by"),
        choices=wording.CHANNELS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject of the mail"), max_length=planning.LONGEST_SUBJECT
    )
    text = forms.CharField(
        label=gettext_lazy("What the mail says"),
        max_length=planning.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "{choices} is where the links go. {name}, {subject}, {agent} and {brand} are filled in."
        ),
    )
    good_reasons = Lines(
        label=gettext_lazy("Reasons to tick when it was good"),
        required=False,
        help_text=gettext_lazy("One in each line, 10 at most."),
    )
    bad_reasons = Lines(
        label=gettext_lazy("Reasons to tick when it was not"),
        required=False,
        help_text=gettext_lazy("One in each line, 10 at most."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(wording.CHANNELS) == 1:
            del self.fields["channels"]


@require_http_methods(["GET", "POST"])
@admins_only
def show(request: HttpRequest) -> HttpResponse:
    """The form beside what came of it; a POST saves it and comes back."""
    plan = queries.plan()
    initial = {name: getattr(plan, name) for name in planning.FIELDS}
    form = PlanForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            planning.change(**form.cleaned_data, by=me(request), at=now())
        except planning.BadPlan as why:
            form.add_error(why.field, str(why))
        else:
            messages.success(request, _("Saved."))
            return redirect("surveys")
    counted = queries.tally(since=now() - LOOKED_BACK)
    context = {
        "form": form,
        "plan": plan,
        "counted": counted,
        "answered": _percent(counted["answered"], counted["asked"]),
        "good": _percent(counted["good"], counted["answered"]),
        "letter": letters.letter(plan, _sample(), brand=people.brand_card(None).name),
        "days": LOOKED_BACK.days,
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/surveys/settings.html", context, status=status)


@require_GET
@admins_only
def preview(request: HttpRequest) -> HttpResponse:
    """The page as a customer sees it, about a ticket that there is not; nothing can be sent."""
    context = {
        **page.question(queries.plan(), _sample(), chosen=numbers.whole(request.GET.get("r", ""))),
        "token": "",
        "refusal": "",
        "is_open": True,
        "is_answered": False,
        "asks": True,
        "said": "",
        "is_reopened": False,
        "is_closed": False,
        "is_declined": False,
        "is_preview": True,
    }
    return render(request, "desk/surveys/page.html", context)


def _percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}%" if whole else "–"


def _sample() -> Any:
    """A ticket to show words with."""
    assignee = SimpleNamespace(name=_("Mira Lindqvist"), pk=0)
    requester = SimpleNamespace(name=_("Amara Okafor"))
    return SimpleNamespace(
        subject=_("Charged twice for order 48213"),
        brand_id=None,
        assignee=assignee,
        assignee_id=0,
        requester=requester,
        solved_at=now(),
    )
