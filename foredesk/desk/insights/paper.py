"""A dashboard on paper: the same cards, drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from foredesk.analytics import saying
from foredesk.design import wording
from foredesk.design.paper import letters, tables
from foredesk.design.paper.sheet import (
    ACCENT,
    FAINT,
    GOOD,
    HEAT,
    INK,
    LINE,
    MUTED,
    POOR,
    SERIES,
    SOFT,
    WARN,
    Sheet,
)
from foredesk.design.paper.tables import Column
from foredesk.desk.insights.asked import Asked
from foredesk.desk.insights.cards import Card

GAP, PAD, HEAD = 10.0, 10.0, 26.0
TONES = {"good": GOOD, "poor": POOR, "flat": MUTED}
SIGNS = {"trend-up": "↑ ", "trend-down": "↓ "}
CHART, AGES = 206, 150  # how high their boxes are in the browser
MOST_ROWS = 20  # of one table, so that it fits a page
TILE, BAR, CELL = 74.0, 24.0, 13.0


def dashboard(name: str, cards: Sequence[Card], asked: Asked, *, desk: str) -> bytes:
    """The PDF. Tables that are too long for a page go on in a further card."""
    at, zone = asked.period.now, asked.period.zone
    first, last = asked.period.first, asked.period.last
    days = f"{saying.short_day(first)} {first.year} {_('to')} {saying.short_day(last)} {last.year}"
    clock = _("open hours") if asked.clock == "open" else _("calendar")
    made = f"{saying.short_day(at.astimezone(zone).date())} {wording.clock(at, zone=zone)}"
    foot = f"{desk}, {name}, {days}, {clock}. {_('As of %(when)s') % {'when': made}}"
    sheet = Sheet(f"{desk}: {name}", foot=foot, at=at, wide=True)
    sheet.y += 16
    used = sheet.text(sheet.left, sheet.y, name, size=17, bold=True, most=400)
    sheet.text(sheet.left + used + 10, sheet.y, days, size=9, colour=MUTED)
    sheet.text(sheet.right, sheet.y, desk, size=9, colour=MUTED, align="right", most=200)
    sheet.y += 14
    if not cards:
        sheet.paragraph(_("There are no numbers yet."), colour=SOFT)
    for row in _rows(_split(cards)):
        _draw_row(sheet, row)
    return sheet.done()


def _split(cards: Sequence[Card]) -> list[Card]:
    found = []
    for card in cards:
        rows = card.data.get("rows", [])
        if card.kind not in ("table", "people") or len(rows) <= MOST_ROWS:
            found.append(card)
            continue
        for begin in range(0, len(rows), MOST_ROWS):
            part = {**card.data, "rows": rows[begin : begin + MOST_ROWS]}
            found.append(replace(card, data=part))
    return found


def _rows(cards: Sequence[Card]) -> list[list[Card]]:
    """Cards side by side while they fit in twelve columns."""
    found: list[list[Card]] = []
    used = 12
    for card in cards:
        if used + card.width > 12:
            found.append([])
            used = 0
        found[-1].append(card)
        used += card.width
    return found


def _draw_row(sheet: Sheet, row: list[Card]) -> None:
    column = (sheet.right - sheet.left + GAP) / 12
    widths = [column * card.width - GAP for card in row]
    height = max(_height(card, width) for card, width in zip(row, widths, strict=True))
    sheet.need(height)
    x = sheet.left
    for card, width in zip(row, widths, strict=True):
        sheet.box(x, sheet.y, width, height, edge=LINE, round_by=6)
        if card.kind != "tile":
            sheet.text(
                x + PAD, sheet.y + 17, _(card.title), size=9.5, bold=True, most=width - 2 * PAD
            )
        _DRAW[card.kind](sheet, card, x + PAD, sheet.y + HEAD, width - 2 * PAD)
        x += width + GAP
    sheet.y += height + GAP


def _height(card: Card, width: float) -> float:
    inner, data = width - 2 * PAD, card.data
    if card.kind == "tile":
        return TILE
    if data.get("is_empty") or not data.get("rows", True):
        return HEAD + 24
    if card.kind == "lines":
        return HEAD + CHART * inner / data["width"] + 8
    if card.kind == "ages":
        return HEAD + AGES * inner / 340 + 8 + (14 if data["waiting"] else 0)
    if card.kind == "heat":
        return HEAD + 7 * CELL + 34
    if card.kind == "bars":
        return HEAD + BAR * len(data["rows"]) + 6 + (26 if "head" in data else 0)
    return HEAD + tables.height(len(data["rows"])) + 8


def _nothing(sheet: Sheet, x: float, y: float) -> None:
    sheet.text(x, y + 10, _("Nothing in these days."), size=8.5, colour=MUTED)


def _tile(sheet: Sheet, card: Card, x: float, top: float, width: float) -> None:
    data, y = card.data, top - HEAD
    sheet.text(x, y + 14, _(card.title), size=7.5, colour=SOFT, most=width)
    value = data["value"]
    used = sheet.text(
        x, y + 33, value.number, size=16, bold=True, colour=MUTED if data["is_thin"] else INK
    )
    sheet.text(x + used + 2, y + 33, value.unit, size=9, colour=MUTED)
    used = _delta(sheet, x, y + 45, data["delta"])
    if data["foot"]:
        colour = WARN if data["met"] is False else MUTED
        sheet.text(x + used, y + 45, data["foot"], size=7, colour=colour, most=width - used)
    spark = data["spark"]
    if spark is not None:
        scale = (width / spark.width, 20 / spark.height)
        sheet.path(x, y + 50, spark.line, scale=scale, thick=1)


def _delta(sheet: Sheet, x: float, y: float, delta: saying.Delta | None) -> float:
    if delta is None:
        return 0.0
    said = SIGNS.get(delta.icon, "") + delta.text
    return sheet.text(x, y, said, size=7.5, colour=TONES[delta.tone]) + 5


def _lines(sheet: Sheet, card: Card, x: float, y: float, width: float) -> None:
    data = card.data
    if data["is_empty"]:
        _nothing(sheet, x, y)
        return
    scale = width / data["width"]
    for height, words in data["ticks"]:
        at = y + height * scale
        sheet.line(x + data["left"] * scale, at, x + data["right"] * scale, at, thick=0.4)
        left = x + (data["left"] - 6) * scale
        sheet.text(left, at + 2.5, words, size=7, colour=MUTED, align="right")
    if data["target"] is not None:
        at = y + data["target"] * scale
        begin, end = x + data["left"] * scale, x + data["right"] * scale
        sheet.line(begin, at, end, at, colour=MUTED, dashes=(2, 2))
    for n, (_title, _class, drawn) in reversed(list(enumerate(data["lines"]))):
        colour = SERIES[n % len(SERIES)]
        sheet.path(x, y, drawn, scale=(scale, scale), colour=colour, thick=1.3)
    for place, words, anchor in data["labels"]:
        align = "right" if anchor == "end" else "center"
        sheet.text(x + place * scale, y + 198 * scale, words, size=7, colour=MUTED, align=align)
    _legend(sheet, data, x + width, y - 9)


def _legend(sheet: Sheet, data: dict[str, Any], right: float, y: float) -> None:
    said = [(f"{_('Target')} {data['target_words']}", MUTED)] if data["target_words"] else []
    if len(data["lines"]) > 1:
        titles = [(title, SERIES[n]) for n, (title, _c, _p) in enumerate(data["lines"])]
        said = [*titles, *said]
    for words, colour in reversed(said):
        used = letters.width(letters.drawable(words), 7.5)
        sheet.text(right, y, words, size=7.5, colour=SOFT, align="right")
        sheet.line(right - used - 14, y - 2.5, right - used - 4, y - 2.5, colour=colour, thick=1.5)
        right -= used + 26


def _bars(sheet: Sheet, card: Card, x: float, y: float, width: float) -> None:
    data = card.data
    if "head" in data:
        value = data["head"]["value"]
        used = sheet.text(x, y + 14, value.whole, size=15, bold=True) + 8
        used += _delta(sheet, x + used, y + 14, data["head"]["delta"])
        foot = data["head"]["foot"]
        sheet.text(x + used, y + 14, foot, size=7.5, colour=MUTED, most=width - used)
        y += 26
    if not data["rows"]:
        _nothing(sheet, x, y)
    for row in data["rows"]:
        said = f"{row['value']}  {row['change']}".rstrip()
        used = sheet.text(x + width, y + 10, said, size=8, colour=SOFT, align="right")
        name = row["named"].name
        more = f", {_('below target')}" if row["below"] else ""
        colour = WARN if row["below"] else INK
        sheet.text(x, y + 10, name + more, size=8.5, colour=colour, most=width - used - 8)
        sheet.box(x, y + 14, width, 4, fill=FAINT, round_by=2)
        full = width * min(1.0, row["share"] / data["most"])
        colours = {"ok": GOOD, "warn": "#d87710"}
        number = int(row["colour"]) - 1 if row["colour"].isdigit() else 0
        if full > 0:
            fill = colours.get(row["colour"], SERIES[number])
            sheet.box(x, y + 14, max(full, 2), 4, fill=fill, round_by=min(2, full / 2))
        y += BAR


def _ages(sheet: Sheet, card: Card, x: float, y: float, width: float) -> None:
    data, scale = card.data, width / 340
    sheet.text(x + width, y - 9, f"{data['total']:,}", size=9.5, bold=True, align="right")
    for row in data["rows"]:
        top = y + row["y"] * scale
        sheet.text(x, top + 12 * scale, row["name"], size=8, colour=SOFT)
        sheet.box(x + 82 * scale, top, 210 * scale, 16 * scale, fill=FAINT, round_by=3)
        if row["width"]:
            fill = "#d87710" if row["is_old"] else ACCENT
            sheet.box(x + 82 * scale, top, row["width"] * scale, 16 * scale, fill=fill, round_by=2)
        sheet.text(x + width, top + 12 * scale, row["n"], size=8, bold=True, align="right")
    if data["waiting"]:
        words = _("Who waits longest has waited for %(length)s.") % {"length": data["waiting"]}
        sheet.text(x, y + AGES * scale + 10, words, size=7.5, colour=SOFT, most=width)


def _heat(sheet: Sheet, card: Card, x: float, y: float, width: float) -> None:
    data = card.data
    if data["is_empty"]:
        _nothing(sheet, x, y)
        return
    left, cell = 26.0, (width - 26.0) / 24
    for hour in range(0, 24, 3):
        at = x + left + cell * (hour + 0.5)
        sheet.text(at, y + 7, f"{hour:02d}", size=6.5, colour=MUTED, align="center")
    y += 11
    for day, cells in data["rows"]:
        sheet.text(x, y + 9, day, size=7, colour=MUTED)
        for hour, (_n, shade) in enumerate(cells):
            sheet.box(
                x + left + cell * hour, y, cell - 1.5, CELL - 1.5, fill=HEAT[shade], round_by=1.5
            )
        y += CELL
    sheet.text(x, y + 12, data.get("busiest", ""), size=8, colour=SOFT, most=width)


def _table(sheet: Sheet, card: Card, x: float, y: float, width: float) -> None:
    data = card.data
    if not data["rows"]:
        _nothing(sheet, x, y)
        return
    columns = [Column(data["dimension"], 4)]
    columns.append(Column(_("Of") if data["is_share"] else _("How many"), 2, is_number=True))
    if data["is_duration"] or data["is_share"]:
        columns.append(Column(_("Half") if data["is_duration"] else _("Share"), 2, is_number=True))
    if data["is_duration"]:
        columns.append(Column(_("9 of 10"), 2, is_number=True))
    cells, colours = [], []
    for row in data["rows"]:
        said = [row["named"].name, row["n"], row["half"], row["p90"]][: len(columns)]
        cells.append(said)
        colours.append(["", "", *[MUTED if row["is_thin"] else ""] * (len(columns) - 2)])
    tables.draw(sheet, x, y, width, columns, cells, colours=colours)


def _people(sheet: Sheet, card: Card, x: float, y: float, width: float) -> None:
    columns = (
        Column(_("Name"), 4),
        Column(_("Now"), 2),
        Column(_("Open"), 1.5, is_number=True),
        Column(_("Solved"), 1.5, is_number=True),
        Column(_("Answers"), 1.5, is_number=True),
        Column(_("First response"), 2, is_number=True),
    )
    cells = [
        [one["name"], one["state"] or "–", one["open"], one["solved"], one["answers"], one["first"]]
        for one in card.data["rows"]
    ]
    if cells:
        tables.draw(sheet, x, y, width, columns, cells)
    else:
        _nothing(sheet, x, y)


_DRAW: dict[str, Callable[[Sheet, Card, float, float, float], None]] = {
    "tile": _tile,
    "lines": _lines,
    "bars": _bars,
    "ages": _ages,
    "heat": _heat,
    "table": _table,
    "people": _people,
}
