"""The rows behind a number, for a spreadsheet."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from foredesk.analytics import exporting
from foredesk.analytics.measures import MEASURES
from foredesk.desk import downloads
from foredesk.desk.access import agents_only, me
from foredesk.desk.insights import asked
from foredesk.desk.tickets import rows as tickets
from foredesk.plumbing.clock import now

PRIORITIES = {1: "Low", 2: "Normal", 3: "High", 4: "Urgent"}


@require_GET
@agents_only
def rows_csv(request: HttpRequest, name: str) -> HttpResponseBase:
    """What a measure counts in the period that the query string names, as CSV (RFC 4180, UTF-8).

    X-Row-Count says beforehand how many rows will come.
    """
    measure = MEASURES.get(name)
    if measure is None:
        raise Http404
    question = asked.read(request).question(name)
    export = exporting.export_rows(question, by=me(request), at=now())
    zone = asked.desk_zone()
    response = StreamingHttpResponse(lines(export.rows, zone), content_type="text/csv")
    first, last = question.since.astimezone(zone), question.until.astimezone(zone)
    title = f"{measure.words.title}, {first:%Y-%m-%d} to {last:%Y-%m-%d}.csv"
    downloads.named(response, title)
    response["X-Row-Count"] = str(export.count)
    return response


def lines(found: Iterable[dict[str, Any]], zone: Any) -> Iterator[str]:
    """The text of the file in pieces."""
    return downloads.lines(_head(zone), (_cells(row, zone) for row in found))


def _head(zone: Any) -> list[str]:
    return [
        "Number", "What", "Which", f"When ({zone})", "Created", "Seconds", "Open seconds",
        "Channel", "Team", "Person", "Customer", "Priority",
    ]  # fmt: skip


def _cells(row: dict[str, Any], zone: Any) -> list[str]:
    return [
        str(row["ticket"]),
        row["what"].replace("_", " "),
        row["detail"].replace("_", " "),
        downloads.moment(row["at"], zone),
        downloads.moment(row["made_at"], zone),
        _seconds(row["value"]),
        _seconds(row["open_value"]),
        tickets.channel(row["channel"])["label"],
        row["team"],
        row["agent"],
        row["customer"],
        PRIORITIES[row["priority"]],
    ]


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"
