"""Tickets for elsewhere: a list for a spreadsheet, one ticket for a program."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from foredesk.desk.access import agents_only, me, ticket_or_404
from foredesk.desk.tickets import inbox, rows, timeline
from foredesk.people import queries as people
from foredesk.plumbing import cells
from foredesk.plumbing.clock import now
from foredesk.tickets import exporting

BOM = "\ufeff"  # without it Excel takes UTF-8 for another encoding
TOGETHER = 100  # rows that leave in one piece
PRIORITIES = {1: "Low", 2: "Normal", 3: "High", 4: "Urgent"}


@require_GET
@agents_only
def list_csv(request: HttpRequest) -> HttpResponseBase:
    """The list that the query string names, with all its tickets, as CSV (RFC 4180, UTF-8)."""
    wish = inbox.asked(request)
    export = exporting.export_list(
        wish.view, by=me(request), at=now(), sort=wish.sort, text=wish.text, brand=wish.brand
    )
    zone = timezone.get_current_timezone()
    response = StreamingHttpResponse(_lines(export.rows, zone), content_type="text/csv")
    name = f"{wish.view.label}, {now().astimezone(zone):%Y-%m-%d}.csv"
    return _saved(response, name)


@require_GET
@agents_only
def ticket_json(request: HttpRequest, number: int) -> HttpResponseBase:
    """One ticket with all that was written and done, as JSON."""
    ticket = ticket_or_404(request, number)
    found = exporting.export_ticket(ticket, by=me(request), at=now())
    return _saved(JsonResponse(found, json_dumps_params={"indent": 1}), f"ticket-{number}.json")


def _saved(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


class _Echo:
    """What csv.writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(found: Iterable[dict[str, Any]], zone: Any) -> Iterator[str]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    has_brands = len(people.brands()) > 1
    pieces = [BOM + writer.writerow([*_head(zone), *(["Brand"] if has_brands else [])])]
    for row in found:
        values = [*_cells(row, zone), *([row["brand"]] if has_brands else [])]
        pieces.append(writer.writerow([cells.harmless(one) for one in values]))
        if len(pieces) >= TOGETHER:
            yield "".join(pieces)
            pieces.clear()
    yield "".join(pieces)


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
        timeline.LABELS[row["status"]],
        PRIORITIES[row["priority"]],
        row["requester__name"],
        row["address"] or "",
        row["requester__organisation__name"] or "",
        row["assignee__name"] or "",
        row["team__name"] or "",
        ", ".join(row["tags"]),
        rows.channel(row["channel"])["label"],
        *(_time(row[name], zone) for name in times),
        str(row["message_count"]),
        str(row["follow_up_of_id"] or ""),
        row["preview"],
        f"{settings.SITE_URL}{reverse('ticket', args=[row['id']])}",
    ]


def _time(at: datetime | None, zone: Any) -> str:
    """As spreadsheets read it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else ""
