"""Lines over days and the hours of the week, drawn on paper."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from foredesk.design.paper import letters
from foredesk.design.paper.sheet import HEAT, MUTED, SERIES, SOFT, Sheet
from foredesk.desk.insights.cards import Card
from foredesk.desk.insights.paper.figures import nothing

CELL = 13.0


def lines(sheet: Sheet, card: Card, x: float, y: float, width: float) -> None:
    """Days, with a line to aim at."""
    data = card.data
    if data["is_empty"]:
        nothing(sheet, x, y)
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


def heat(sheet: Sheet, card: Card, x: float, y: float, width: float) -> None:
    """How much fell into each hour of the week."""
    data = card.data
    if data["is_empty"]:
        nothing(sheet, x, y)
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
