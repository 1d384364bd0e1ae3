"""Print the review of a week: two pages at most, unless the notes are long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from foredesk.analytics.noticing import Notice
from foredesk.design import charts
from foredesk.design.paper import letters, tables
from foredesk.design.paper.sheet import ACCENT, GOOD, INK, MUTED, POOR, SOFT, Sheet
from foredesk.design.paper.tables import Column

TONES = {"good": GOOD, "poor": POOR, "flat": MUTED}


def review(said: dict[str, Any], *, at: datetime) -> bytes:
    """The PDF of what `writing.words` says."""
    foot = f"{said['title']}, {said['days']}, {said['desk']}"
    sheet = Sheet(foot, foot=foot, at=at)
    sheet.y += 8
    sheet.text(sheet.left, sheet.y, f"{said['title']}, {said['days']}", size=9, colour=MUTED)
    sheet.text(sheet.right, sheet.y, said["desk"], size=9, colour=MUTED, align="right", most=200)
    sheet.y += 8
    sheet.paragraph(said["headline"], size=17, bold=True, lead=1.25)
    if said["summary"]:
        sheet.y += 4
        sheet.paragraph(said["summary"], colour=SOFT)
    _changes(sheet, said["rows"])
    _notices(sheet, _("Wins"), said["wins"])
    _notices(sheet, _("What got worse"), said["losses"])
    if said["agreed"]:
        _head(sheet, _("Agreed, not done yet"))
        for one in said["agreed"]:
            _point(sheet, one)
    if said["notes"]:
        _head(sheet, said["notes_title"])
        sheet.paragraph(said["notes"], colour=SOFT)
    return sheet.done()


def _point(sheet: Sheet, words: str) -> None:
    """With a box to tick, on one page."""
    left = sheet.left + 14
    sheet.need(4 + 13.5 * len(letters.lines(words, sheet.right - left, 9.5)))
    sheet.y += 4
    sheet.box(sheet.left, sheet.y + 3.5, 7, 7, edge=MUTED, round_by=1.5)
    sheet.paragraph(words, left=left)


def _head(sheet: Sheet, title: str, aside: str = "") -> None:
    sheet.need(60)
    sheet.y += 26
    sheet.text(sheet.left, sheet.y, title, size=11, bold=True)
    sheet.text(sheet.right, sheet.y, aside, size=8, colour=MUTED, align="right")
    sheet.y += 4


def _changes(sheet: Sheet, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    _head(sheet, _("What changed"), _("against the four weeks before"))
    columns = (
        Column(_("Measure"), 4),
        Column(_("This week"), 2, is_number=True),
        Column(_("Before"), 2, is_number=True),
        Column(_("Change"), 2.2),
        Column(_("12 weeks"), 2.4),
    )
    cells = [[row["title"], row["now"], row["before"], row["change"], ""] for row in rows]
    colours = [
        ["", MUTED if row["is_thin"] else INK, MUTED, TONES[row["tone"]], ""] for row in rows
    ]
    top, width = sheet.y, sheet.right - sheet.left
    sheet.y = tables.draw(sheet, sheet.left, top, width, columns, cells, colours=colours)
    whole = sum(column.share for column in columns)
    begin = sheet.right - width * columns[-1].share / whole + 4
    for place, row in enumerate(rows):
        drawn = charts.spark(row["course"], width=84, height=12)
        if drawn is not None:
            y = top + tables.HEAD + tables.ROW * place + 2.5
            sheet.path(begin, y, drawn.line, colour=ACCENT, thick=1)


def _notices(sheet: Sheet, title: str, found: Sequence[Notice]) -> None:
    if not found:
        return
    _head(sheet, title)
    for one in found:
        sheet.need(30)
        sheet.y += 14
        sheet.text(sheet.left, sheet.y, one.title, size=9.5, bold=True, most=500)
        sheet.y += 12
        sheet.text(sheet.left, sheet.y, one.detail, size=8.5, colour=SOFT, most=500)
        sheet.y += 3
