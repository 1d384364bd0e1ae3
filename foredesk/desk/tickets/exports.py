"""Tickets for elsewhere: a list for a spreadsheet, one ticket for a program."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from foredesk.desk import downloads
from foredesk.desk.access import agents_only, me, ticket_or_404
from foredesk.desk.tickets import inbox, rows, saying
from foredesk.people import queries as people
from foredesk.plumbing.clock import now
from foredesk.tickets import exporting

PRIORITIES = {1: "Low", 2: "Normal", 3: "High", 4: "Urgent"}


@require_GET
@agents_only
def list_csv(request: HttpRequest) -> HttpResponseBase:
    """The list that the query string names, with all its tickets, as CSV (RFC 4180, UTF-8); a page
    that shows how far it is gets it in frames, see downloads.save."""
    wish = inbox.asked(request)
    export = exporting.export_list(
        wish.view, by=me(request), at=now(), sort=wish.sort, text=wish.text, brand=wish.brand
    )
    zone = timezone.get_current_timezone()
    has_brands = len(people.brands()) > 1
    head = [*_head(zone), *(["Brand"] if has_brands else [])]
    table = downloads.Table(
        [downloads.Column(one) for one in head],
        _rows(export.rows, zone, has_brands=has_brands),
        export.count,
        zone,
    )
    name = f"{wish.view.label}, {now().astimezone(zone):%Y-%m-%d}"
    return downloads.save(request, table, name=name, form="csv")


@require_GET
@agents_only
def ticket_json(request: HttpRequest, number: int) -> HttpResponseBase:
    """One ticket with all that was written and done, as JSON."""
    ticket = ticket_or_404(request, number)
    found = exporting.export_ticket(ticket, by=me(request), at=now())
    answer = JsonResponse(found, json_dumps_params={"indent": 1})
    return downloads.named(answer, f"ticket-{number}.json")


def _rows(found: Iterable[dict[str, Any]], zone: Any, *, has_brands: bool) -> Iterator[list[str]]:
    for row in found:
        yield [*_cells(row, zone), *([row["brand"]] if has_brands else [])]


def _head(zone: Any) -> list[str]:
    return [
        "Number", "Subject", "Status", "Priority", "Customer", "Address", "Organisation",
        "Assignee", "Team", "Tags", "Channel", f"Opened ({zone})", "First answered", "Last message",
        "Waiting since", "Snoozed until", "Solved", "Closed", "Messages", "Follow-up of",
        "Begins with", "Link",
    ]  # fmt: skip


def _cells(row: dict[str, Any], zone: Any) -> list[str]:
    times = (
        "created_at", "first_reply_at", "activity_at", "waiting_since", "snoozed_until",
        "solved_at", "closed_at",
    )  # fmt: skip
    return [
        str(row["id"]),
        row["subject"],
        saying.LABELS[row["status"]],
        PRIORITIES[row["priority"]],
        row["requester__name"],
        row["address"] or "",
        row["requester__organisation__name"] or "",
        row["assignee__name"] or "",
        row["team__name"] or "",
        ", ".join(row["tags"]),
        rows.channel(row["channel"])["label"],
        *(downloads.moment(row[name], zone) for name in times),
        str(row["message_count"]),
        str(row["follow_up_of_id"] or ""),
        row["preview"],
        f"{settings.SITE_URL}{reverse('ticket', args=[row['id']])}",
    ]
