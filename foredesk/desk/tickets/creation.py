"""A ticket on a customer's behalf: somebody called, or we write first."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from foredesk.desk.access import allowed, me
from foredesk.people import permissions
from foredesk.people import queries as people
from foredesk.plumbing.clock import now
from foredesk.tickets import starting
from foredesk.tickets.conflicts import UnableToChange


class NewTicket(forms.Form):
    """What the form asks for."""

    email = forms.EmailField(label="Customer’s email", max_length=254)
    name = forms.CharField(label="Customer’s name", max_length=200, required=False)
    subject = forms.CharField(label="Subject", max_length=250)
    body = forms.CharField(label="Message", max_length=100_000, widget=forms.Textarea)
    how = forms.ChoiceField(
        label="What is it?",
        choices=[
            ("told", "The customer told us this, by phone or in person"),
            ("write", "We write to the customer: send it by email"),
        ],
        widget=forms.RadioSelect,
        initial="told",
    )
    team = forms.ChoiceField(label="Team", required=False)
    brand = forms.ChoiceField(label="Brand", required=False)
    priority = forms.ChoiceField(
        label="Priority",
        choices=[(2, "Normal"), (1, "Low"), (3, "High"), (4, "Urgent")],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = [(str(pk), name) for pk, name in people.team_names().items()]
        self.fields["team"].choices = [("", "No team"), *teams]  # type: ignore[attr-defined]
        brands = [(str(one.id or ""), one.name) for one in people.brands_in_use()]
        if brands:
            self.fields["brand"].choices = brands  # type: ignore[attr-defined]
        else:
            del self.fields["brand"]


@require_http_methods(["GET", "POST"])
@allowed(permissions.can_reply, "Light agents write notes. Ask an agent to open a ticket.")
def new(request: HttpRequest) -> HttpResponse:
    """Ask for the facts, then open the ticket."""
    form = NewTicket(request.POST or None, initial={"email": request.GET.get("email", "")[:254]})
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "desk/new_ticket.html", {"form": form}, status=status)
    data = form.cleaned_data
    agent = me(request)
    try:
        ticket = starting.start(
            by=agent,
            at=now(),
            address=data["email"],
            name=data["name"],
            subject=data["subject"],
            body_text=data["body"],
            is_told=data["how"] == "told",
            team=people.team(int(data["team"])) if data["team"] else None,
            brand=people.brand(int(data["brand"])) if data.get("brand") else None,
            priority=int(data["priority"] or 2),
            undo_seconds=settings.ENV.undo_seconds,
        )
    except UnableToChange as refused:
        form.add_error(None, str(refused))
        return render(request, "desk/new_ticket.html", {"form": form}, status=422)
    return redirect(f"/tickets/{ticket.pk}/")
