"""Merge two tickets, or split one: small dialogs that ask first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from foredesk.desk import parameters
from foredesk.desk.access import agents_only, me, ticket_or_404
from foredesk.desk.tickets import rows
from foredesk.people import queries as people
from foredesk.plumbing.clock import now
from foredesk.tickets import listing, merging, queries, splitting
from foredesk.tickets.conflicts import UnableToChange


@require_http_methods(["GET", "POST"])
@agents_only
def merge(request: HttpRequest, number: int) -> HttpResponse:
    """Choose the ticket to merge into, then merge."""
    ticket = ticket_or_404(request, number)
    agent = me(request)
    if request.method == "GET":
        text = request.GET.get("q", "")[:200].replace("\x00", "")
        found = listing.find(agent, text) if text else _as_rows(queries.neighbours(agent, ticket))
        candidates = [row for row in found if row["id"] != ticket.pk]
        for row in candidates:
            row["status"] = rows.status(row["status"])
            row["brand"] = _other_brand(row["brand_id"], ticket)
        template = "desk/_merge_found.html" if "q" in request.GET else "desk/_merge.html"
        context = {
            "ticket": ticket,
            "candidates": candidates,
            "q": text,
            "has_brands": len(people.brands()) > 1,
        }
        return render(request, template, context)
    into = parameters.whole(request, "into")
    target = queries.ticket(agent, into) if into and into > 0 else None
    if target is None:
        raise UnableToChange("Choose the ticket to merge into. You can search by its number.")
    is_across = request.POST.get("across") == "1"
    merging.merge(ticket, into=target, by=agent, at=now(), is_across=is_across)
    return _go(request, f"/tickets/{target.pk}/")


def _other_brand(pk: int | None, ticket: Any) -> str:
    """The name of a brand that is not the ticket's own."""
    return people.brand_card(pk).name if pk != ticket.brand_id else ""


def _as_rows(tickets: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.pk,
            "subject": one.subject,
            "status": one.status,
            "requester__name": "",
            "brand_id": one.brand_id,
        }
        for one in tickets
    ]


@require_http_methods(["GET", "POST"])
@agents_only
def split(request: HttpRequest, number: int) -> HttpResponse:
    """Choose messages, then move them to a ticket of their own."""
    ticket = ticket_or_404(request, number)
    if request.method == "GET":
        chosen = request.GET.get("message", "")
        # not "messages": that name is taken by django.contrib.messages in every template
        context = {"ticket": ticket, "moveable": queries.messages_of(ticket), "chosen": chosen}
        return render(request, "desk/_split.html", context)
    new = splitting.split(
        ticket,
        message_ids=parameters.several(request, "message"),
        subject=parameters.text(request, "subject"),
        by=me(request),
        at=now(),
    )
    return _go(request, f"/tickets/{new.pk}/")


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
