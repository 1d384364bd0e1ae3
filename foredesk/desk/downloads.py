"""What leaves the desk as a file: its name, and tables as CSV (RFC 4180, UTF-8) or as Parquet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from struct import Struct
from typing import Any, Literal, TypeVar

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from foredesk.people.refusing import Refused
from foredesk.plumbing import cells, extras

BOM = "\ufeff"  # without it Excel takes UTF-8 for another encoding
Answer = TypeVar("Answer", bound=HttpResponseBase)
TOGETHER = 200  # rows that leave in one piece
Kind = Literal["text", "whole", "seconds", "moment"]
Form = Literal["csv", "parquet"]
TYPES: dict[Form, str] = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
Piece = tuple[int, bytes]
"""How many rows there are up to its end, and bytes of the file."""
FRAME = Struct(">II")


@dataclass(frozen=True)
class Column:
    """`kind` says what stands in it: a text, a whole number, seconds as a float, a time; None is
    nothing in all of them."""

    name: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Table:
    """`rows` are read while they leave, `count` says beforehand how many there are. In CSV times
    are those of `zone`, which the first of their columns names."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    count: int
    zone: Any


def named(answer: Answer, name: str) -> Answer:
    """The answer as a file of this name, which no cache keeps."""
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def has_parquet() -> bool:
    """Whether the packages that write Parquet are installed."""
    return extras.is_here("parquet")


def must_have(form: Form) -> None:
    """Raises Refused when this desk can't write such files. Ask before anything is noted."""
    if form == "parquet" and not has_parquet():
        raise Refused(
            "This desk writes no Parquet yet, as its packages are not installed: "
            f"{extras.HOW['parquet']}. CSV has the same rows."
        )


def save(request: HttpRequest, table: Table, *, name: str, form: Form) -> StreamingHttpResponse:
    """A table as a file, written while its rows are read. X-Row-Count says how many will come.

    To a page that shows how far it is (Foredesk-Progress) it comes in frames: before each piece
    the number of rows so far and its length in bytes, both as four bytes; an empty one is the end.
    Raises Refused.
    """
    must_have(form)
    pieces = _csv(table) if form == "csv" else _parquet(table)
    is_framed = "Foredesk-Progress" in request.headers
    answer = StreamingHttpResponse(
        _framed(pieces) if is_framed else (data for _rows, data in pieces),
        content_type="application/octet-stream" if is_framed else TYPES[form],
    )
    answer["X-Row-Count"] = str(table.count)
    return named(answer, f"{name}.{form}")


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, name: str
) -> StreamingHttpResponse:
    """Rows of text as CSV, written while they are read."""
    answer = StreamingHttpResponse(lines(head, rows), content_type=TYPES["csv"])
    return named(answer, name)


def lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The text of a CSV in pieces; no spreadsheet takes a cell for a formula."""
    found = ([cells.harmless(one) for one in row] for row in rows)
    return (text for _rows, text in _written(head, found))


def moment(at: datetime | None, zone: Any) -> str:
    """A time as spreadsheets read it; "" for none."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else ""


def _written(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[tuple[int, str]]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    pieces, done = [BOM + writer.writerow(head)], 0
    for done, row in enumerate(rows, 1):
        pieces.append(writer.writerow(row))
        if len(pieces) >= TOGETHER:
            yield done, "".join(pieces)
            pieces.clear()
    yield done, "".join(pieces)


def _csv(table: Table) -> Iterator[Piece]:
    kinds, zone = [column.kind for column in table.columns], table.zone
    head = [column.name for column in table.columns]
    if "moment" in kinds:
        head[kinds.index("moment")] += f" ({zone})"
    rows = (
        [_text(value, kind, zone) for value, kind in zip(row, kinds, strict=True)]
        for row in table.rows
    )
    for done, text in _written(head, rows):
        yield done, text.encode()


def _text(value: Any, kind: Kind, zone: Any) -> str:
    if value is None:
        return ""
    if kind == "text":
        return cells.harmless(value)
    if kind == "moment":
        return moment(value, zone)
    return f"{value:.0f}" if kind == "seconds" else str(value)


def _parquet(table: Table) -> Iterator[Piece]:
    from foredesk.desk import parquet  # loads what few desks have

    return parquet.pieces([(one.name, one.kind) for one in table.columns], table.rows)


def _framed(pieces: Iterable[Piece]) -> Iterator[bytes]:
    done = 0
    for done, data in pieces:
        if data:
            yield FRAME.pack(done, len(data)) + data
    yield FRAME.pack(done, 0)


class _Echo:
    """What csv.writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line
