"""Tables on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foredesk.design.paper.sheet import INK, LINE, MUTED, Sheet

HEAD, ROW, SIZE = 16.0, 17.0, 8.5


@dataclass(frozen=True)
class Column:
    """`share` of the table's width; numbers stand at the right."""

    title: str
    share: float
    is_number: bool = False


def height(rows: int) -> float:
    """How high a table is."""
    return HEAD + ROW * rows


def draw(
    sheet: Sheet,
    x: float,
    y: float,
    width: float,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    colours: Sequence[Sequence[str]] = (),
) -> float:
    """A table with its corner at (x, y); `colours` has one for each cell, "" is ink. Returns where
    it ends."""
    whole = sum(column.share for column in columns)
    places, left = [], x
    for column in columns:
        right = left + width * column.share / whole
        places.append((left, right))
        left = right
    for column, (begin, end) in zip(columns, places, strict=True):
        _cell(sheet, column, begin, end, y + HEAD - 5, column.title, MUTED, 7.5)
    sheet.line(x, y + HEAD, x + width, y + HEAD)
    y += HEAD
    for number, row in enumerate(rows):
        for place, (column, (begin, end), words) in enumerate(
            zip(columns, places, row, strict=True)
        ):
            colour = colours[number][place] if colours else ""
            _cell(sheet, column, begin, end, y + ROW - 5.5, words, colour or INK, SIZE)
        y += ROW
        if number < len(rows) - 1:
            sheet.line(x, y, x + width, y, colour=LINE, thick=0.3)
    return y


def _cell(
    sheet: Sheet, column: Column, begin: float, end: float, y: float, words: str, colour: str,
    size: float,
) -> None:  # fmt: skip
    room = end - begin - 8
    at, align = (end - 4, "right") if column.is_number else (begin + 4, "left")
    sheet.text(at, y, words, size=size, colour=colour, align=align, most=room)
