"""Lay a dashboard out on paper: the same cards side by side, page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from foredesk.analytics import saying
from foredesk.design import wording
from foredesk.design.paper import tables
from foredesk.design.paper.sheet import LINE, MUTED, SOFT, Sheet
from foredesk.desk.insights.asked import Asked
from foredesk.desk.insights.cards import Card
from foredesk.desk.insights.paper import charts, figures
from foredesk.desk.insights.paper.charts import CELL
from foredesk.desk.insights.paper.figures import AGES, BAR, HEAD

GAP, PAD = 10.0, 10.0
CHART = 206  # how high its box is in the browser
MOST_ROWS = 20  # of one table, so that it fits a page
TILE = 74.0


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


_DRAW: dict[str, Callable[[Sheet, Card, float, float, float], None]] = {
    "tile": figures.tile,
    "lines": charts.lines,
    "bars": figures.bars,
    "ages": figures.ages,
    "heat": charts.heat,
    "table": figures.table,
    "people": figures.people,
}
