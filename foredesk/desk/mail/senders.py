"""Senders whose mail is always or never let in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.channels import listing_senders, queries
from foredesk.desk.mail.suspended import leads_only
from foredesk.people.refusing import Refused
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now

PAGE = 100
KINDS = (("block", gettext_lazy("Block")), ("allow", gettext_lazy("Allow")))


class SenderForm(forms.Form):
    """An address or a domain, and what to do with its mail."""

    value = forms.CharField(
        label=gettext_lazy("Address or domain"),
        max_length=254,
        help_text=gettext_lazy("anna@shop.example, or shop.example for everybody there."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Their mail"), choices=KINDS, initial="block")
    note = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=listing_senders.LONGEST_NOTE
    )


@require_http_methods(["GET", "POST"])
@leads_only
def index(request: HttpRequest) -> HttpResponse:
    """The list, newest first; a POST adds to it."""
    form = SenderForm(
        request.POST or None, initial={"value": request.GET.get("value", "")[:254], "kind": "block"}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            rule = listing_senders.set_rule(
                given["value"],
                is_allowed=given["kind"] == "allow",
                note=given["note"],
                by=request.user,  # type: ignore[arg-type]
                at=now(),
            )
        except Refused as why:
            form.add_error("value", str(why))
        else:
            said = _("%(who)s is allowed.") if rule.is_allowed else _("%(who)s is blocked.")
            messages.success(request, said % {"who": rule.value})
            return redirect("senders")
    before = numbers.whole(request.GET.get("before", ""))
    found = queries.sender_rules(before=before, limit=PAGE + 1)
    context: dict[str, Any] = {
        "form": form,
        "rows": found[:PAGE],
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return render(request, "desk/mail/senders.html", context, status=422 if form.is_bound else 200)


@require_POST
@leads_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge this sender like any other again."""
    rule = queries.sender_rule(pk)
    if rule is None:
        raise Http404("There is no such rule any more.")
    listing_senders.remove_rule(rule, by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("Removed from the list."))
    return redirect("senders")
