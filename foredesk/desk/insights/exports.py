"""The rows behind a number, for a spreadsheet or for a program."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from foredesk.analytics import exporting
from foredesk.analytics.exporting import Export
from foredesk.analytics.measures import MEASURES
from foredesk.desk import downloads
from foredesk.desk.access import agents_only, me
from foredesk.desk.downloads import Column, Form, Table
from foredesk.desk.insights import asked
from foredesk.desk.tickets import rows as tickets
from foredesk.plumbing.clock import now

PRIORITIES = {1: "Low", 2: "Normal", 3: "High", 4: "Urgent"}
COLUMNS = (
    Column("Number", "whole"),
    Column("What"),
    Column("Which"),
    Column("When", "moment"),
    Column("Created", "moment"),
    Column("Seconds", "seconds"),
    Column("Open seconds", "seconds"),
    Column("Channel"),
    Column("Team"),
    Column("Person"),
    Column("Customer"),
    Column("Priority"),
)


@require_GET
@agents_only
def rows_csv(request: HttpRequest, name: str) -> HttpResponseBase:
    """What a measure counts in the period that the query string names, as CSV."""
    return _rows(request, name, "csv")


@require_GET
@agents_only
def rows_parquet(request: HttpRequest, name: str) -> HttpResponseBase:
    """The same as Parquet: numbers are numbers, times are in UTC, seconds have their fractions."""
    return _rows(request, name, "parquet")


def table(export: Export, zone: Any) -> Table:
    """The rows of an export as people read them."""
    return Table(COLUMNS, _cells(export.rows), export.count, zone)


def _rows(request: HttpRequest, name: str, form: Form) -> HttpResponseBase:
    measure = MEASURES.get(name)
    if measure is None:
        raise Http404
    downloads.must_have(form)
    wanted = asked.read(request)
    export = exporting.export_rows(wanted.question(name), by=me(request), at=now())
    title = f"{measure.words.title}, {wanted.period.first} to {wanted.period.last}"
    return downloads.save(request, table(export, asked.desk_zone()), name=title, form=form)


def _cells(found: Iterable[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for row in found:
        yield (
            row["ticket"],
            row["what"].replace("_", " "),
            row["detail"].replace("_", " "),
            row["at"],
            row["made_at"],
            row["value"],
            row["open_value"],
            tickets.channel(row["channel"])["label"],
            row["team"],
            row["agent"],
            row["customer"],
            PRIORITIES[row["priority"]],
        )
