"""What leaves the desk as a file: its name, and tables as CSV (RFC 4180, UTF-8)."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from foredesk.plumbing import cells

BOM = "\ufeff"  # without it Excel takes UTF-8 for another encoding
Answer = TypeVar("Answer", bound=HttpResponseBase)
TOGETHER = 200  # rows that leave in one piece


def named(answer: Answer, name: str) -> Answer:
    """The answer as a file of this name, which no cache keeps."""
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, name: str
) -> StreamingHttpResponse:
    """Rows as CSV, written while they are read; no spreadsheet takes a cell for a formula."""
    answer = StreamingHttpResponse(lines(head, rows), content_type="text/csv")
    return named(answer, name)


def lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The text of a table in pieces."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    pieces = [BOM + writer.writerow(head)]
    for row in rows:
        pieces.append(writer.writerow([cells.harmless(one) for one in row]))
        if len(pieces) >= TOGETHER:
            yield "".join(pieces)
            pieces.clear()
    yield "".join(pieces)


def moment(at: datetime | None, zone: Any) -> str:
    """A time as spreadsheets read it; "" for none."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else ""


class _Echo:
    """What csv.writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line
