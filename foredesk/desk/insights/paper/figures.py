"""Figures, bars and tables of a dashboard, drawn on paper."""

from __future__ import annotations

from django.utils.translation import gettext as _

from foredesk.analytics import saying
from foredesk.design.paper import tables
from foredesk.design.paper.sheet import (
    ACCENT,
    FAINT,
    GOOD,
    INK,
    MUTED,
    POOR,
    SERIES,
    SOFT,
    WARN,
    Sheet,
)
from foredesk.design.paper.tables import Column
from foredesk.desk.insights.cards import Card

HEAD, BAR = 26.0, 24.0
AGES = 150  # how high its box is in the browser
TONES = {"good": GOOD, "poor": POOR, "flat": MUTED}
SIGNS = {"trend-up": "↑ ", "trend-down": "↓ "}


def nothing(sheet: Sheet, x: float, y: float) -> None:
    """Instead of a chart or rows."""
    sheet.text(x, y + 10, _("Nothing in these days."), size=8.5, colour=MUTED)


def tile(sheet: Sheet, card: Card, x: float, top: float, width: float) -> None:
    """One figure with its change."""
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


def bars(sheet: Sheet, card: Card, x: float, y: float, width: float) -> None:
    """A bar for each name."""
    data = card.data
    if "head" in data:
        value = data["head"]["value"]
        used = sheet.text(x, y + 14, value.whole, size=15, bold=True) + 8
        used += _delta(sheet, x + used, y + 14, data["head"]["delta"])
        foot = data["head"]["foot"]
        sheet.text(x + used, y + 14, foot, size=7.5, colour=MUTED, most=width - used)
        y += 26
    if not data["rows"]:
        nothing(sheet, x, y)
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


def ages(sheet: Sheet, card: Card, x: float, y: float, width: float) -> None:
    """How long open tickets have waited."""
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


def table(sheet: Sheet, card: Card, x: float, y: float, width: float) -> None:
    """Figures by name."""
    data = card.data
    if not data["rows"]:
        nothing(sheet, x, y)
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


def people(sheet: Sheet, card: Card, x: float, y: float, width: float) -> None:
    """What each person has and did."""
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
        nothing(sheet, x, y)
