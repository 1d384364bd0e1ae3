"""Customers: the list, and one person with everything they asked."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from foredesk.design import wording
from foredesk.desk import parameters
from foredesk.desk.access import agents_only, me
from foredesk.desk.tickets import rows
from foredesk.people import describing, permissions
from foredesk.people import queries as people
from foredesk.plumbing.clock import now
from foredesk.surveys import queries as surveys
from foredesk.tickets import queries

PAGE = 50


@require_GET
@agents_only
def index(request: HttpRequest) -> HttpResponse:
    """All customers by name, 50 at a time, narrowed by what is typed."""
    text = request.GET.get("q", "").strip()[:200].replace("\x00", "")
    found = people.customers(text=text, after=request.GET.get("after", ""), limit=PAGE + 1)
    more = f"{found[PAGE - 1].name}\t{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    context = {
        "text": text,
        "next": more,
        "people": [_row(one) for one in found[:PAGE]],
        "is_filtered": bool(text),
    }
    return render(request, "desk/customers.html", context)


def _row(person: Any) -> dict[str, Any]:
    address = next((one.value for one in person.identities.all()), "")
    name = person.name or address or "Unknown"
    return {
        "name": name,
        "initials": wording.initials(name),
        "hue": wording.hue(f"customer-{person.pk}"),
        "url": f"/customers/{person.public_id}/",
        "address": address,
        "organisation": person.organisation.name if person.organisation else "",
        "since": person.created_at,
    }


@require_GET
@agents_only
def show(request: HttpRequest, public_id: str) -> HttpResponse:
    """One customer: how to reach them, what they asked, notes of the team."""
    person = people.customer(public_id)
    if person is None:
        raise Http404("There is no such customer.")
    zone = timezone.get_current_timezone()
    at = now()
    tickets = [
        {
            "url": f"/tickets/{one.pk}/",
            "number": one.pk,
            "subject": one.subject,
            "status": rows.status(one.status),
            "channel": rows.channel(one.channel),
            "assignee": one.assignee.name if one.assignee else "",
            "time": wording.list_time(one.activity_at, now=at, zone=zone),
        }
        for one in queries.tickets_of(me(request), person.pk)
    ]
    context = {
        "person": person,
        "p": _row(person),
        "identities": list(person.identities.all()),
        "tickets": tickets,
        "declines_surveys": surveys.is_opted_out(person.pk),
        "can_change": permissions.can_work(me(request)),
    }
    return render(request, "desk/customer.html", context)


@require_POST
@agents_only
def describe(request: HttpRequest, public_id: str) -> HttpResponse:
    """Correct a customer's name, or what the team knows about them."""
    person = people.customer(public_id)
    if person is None:
        raise Http404("There is no such customer.")
    describing.describe(
        person,
        name=parameters.text(request, "name", longest=200),
        notes=parameters.text(request, "notes", longest=5000),
        organisation=parameters.text(request, "organisation", longest=200),
        by=me(request),
        at=now(),
    )
    return redirect(f"/customers/{public_id}/")
