"""The rows behind a number, for a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from foredesk.analytics import exporting
from foredesk.analytics.measures import MEASURES
from foredesk.desk.access import agents_only, me
from foredesk.desk.insights import asked
from foredesk.desk.tickets import rows as tickets
from foredesk.plumbing import cells
from foredesk.plumbing.clock import now

BOM = "\ufeff"  # without it Excel takes UTF-8 for another encoding
TOGETHER = 200  # rows that leave in one piece
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
    response["Content-Disposition"] = content_disposition_header(True, title) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Row-Count"] = str(export.count)
    return response


class _Echo:
    """What csv.writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def lines(found: Iterable[dict[str, Any]], zone: Any) -> Iterator[str]:
    """The text of the file in pieces."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    pieces = [BOM + writer.writerow(_head(zone))]
    for row in found:
        pieces.append(writer.writerow([cells.harmless(one) for one in _cells(row, zone)]))
        if len(pieces) >= TOGETHER:
            yield "".join(pieces)
            pieces.clear()
    yield "".join(pieces)


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
        _time(row["at"], zone),
        _time(row["made_at"], zone),
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


def _time(at: datetime, zone: Any) -> str:
    """As spreadsheets read it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
