"""Sheets of paper to draw on, from the top down, in points, in the colours of the light theme."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from foredesk.design.paper import letters

INK, SOFT, MUTED, LINE, FAINT = "#1b1e27", "#484b55", "#646770", "#e2e0dd", "#f1f0ed"
GOOD, POOR, WARN, ACCENT = "#086034", "#ae1c21", "#804603", "#2c64d2"
SERIES = (ACCENT, "#d46e2a", "#008c8d", "#9c3f8c", "#5f8137")
HEAT = ("#f6f4f1", "#dde8fd", "#bad2fd", "#8bb1f7", "#5889e6", "#2b61cc", "#1b3f97")
MARGIN = 40.0
FOOT = 20.0
_STEP = re.compile(r"([MLhz])(-?[\d.]+)?(?: (-?[\d.]+))?")


class Sheet:
    """A document that is drawn page by page; `y` is how far down the page it is filled."""

    def __init__(self, title: str, *, foot: str, at: datetime, wide: bool = False) -> None:
        self.width, self.height = landscape(A4) if wide else A4
        self.left, self.right = MARGIN, self.width - MARGIN
        self.bottom = self.height - MARGIN - FOOT
        self.y = MARGIN
        self.pages = 1
        self._foot, self._file = foot, io.BytesIO()
        letters.load()
        # Without a time of its own and random names the same figures make the same bytes.
        self._canvas = Canvas(
            self._file, pagesize=(self.width, self.height), pageCompression=1, invariant=1
        )
        self._canvas.setTitle(letters.drawable(title))
        self._canvas.setAuthor("Foredesk")
        self._canvas.setSubject(letters.drawable(foot))

    def done(self) -> bytes:
        """The PDF."""
        self._draw_foot()
        self._canvas.save()
        return self._file.getvalue()

    def has_room(self, height: float) -> bool:
        return self.y + height <= self.bottom

    def need(self, height: float) -> None:
        """Go on with a new page, unless so much room is left on this one."""
        if not self.has_room(height) and self.y > MARGIN:
            self._draw_foot()
            self._canvas.showPage()
            self.pages += 1
            self.y = MARGIN

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 9,
        colour: str = INK,
        bold: bool = False,
        align: str = "left",
        most: float | None = None,
    ) -> float:
        """One line whose feet stand at `y`, cut to `most` points; returns its width."""
        said = letters.cut(words, most or 10_000, size, bold=bold)
        length = letters.width(said, size, bold=bold)
        if align != "left":
            x -= length if align == "right" else length / 2
        self._canvas.setFont(letters.BOLD if bold else letters.REGULAR, size)
        self._canvas.setFillColor(HexColor(colour))
        self._canvas.drawString(x, self.height - y, said)
        return length

    def paragraph(
        self,
        words: str,
        *,
        size: float = 9.5,
        colour: str = INK,
        bold: bool = False,
        lead: float = 1.4,
        left: float | None = None,
    ) -> None:
        """Text over the whole width, on as many lines and pages as it needs."""
        begin = self.left if left is None else left
        for line in letters.lines(words, self.right - begin, size, bold=bold):
            self.need(size * lead)
            self.y += size * lead
            self.text(begin, self.y - size * 0.3, line, size=size, colour=colour, bold=bold)

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str = "", edge: str = "",
        round_by: float = 0,
    ) -> None:  # fmt: skip
        """A rectangle whose upper left corner is at (x, y)."""
        canvas = self._canvas
        if fill:
            canvas.setFillColor(HexColor(fill))
        if edge:
            canvas.setStrokeColor(HexColor(edge))
            canvas.setLineWidth(0.7)
        canvas.roundRect(
            x, self.height - y - height, width, height, round_by,
            stroke=int(bool(edge)), fill=int(bool(fill)),
        )  # fmt: skip

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, colour: str = LINE, thick: float = 0.6,
        dashes: Sequence[float] = (),
    ) -> None:  # fmt: skip
        """A straight line."""
        self._canvas.setStrokeColor(HexColor(colour))
        self._canvas.setLineWidth(thick)
        self._canvas.setDash(list(dashes))
        self._canvas.line(x1, self.height - y1, x2, self.height - y2)
        self._canvas.setDash([])

    def path(
        self, x: float, y: float, drawn: str, *, scale: tuple[float, float] = (1, 1),
        colour: str = ACCENT, thick: float = 1.2,
    ) -> None:  # fmt: skip
        """A line as charts.line and charts.spark give it, with its corner at (x, y)."""
        path, here = self._canvas.beginPath(), (0.0, 0.0)
        for step, one, two in _STEP.findall(drawn):
            if step in "ML":
                here = (float(one), float(two))
            elif step == "h":
                here = (here[0] + max(float(one), 1.5), here[1])
            else:
                continue
            put = path.moveTo if step == "M" else path.lineTo
            put(x + here[0] * scale[0], self.height - y - here[1] * scale[1])
        self._canvas.setStrokeColor(HexColor(colour))
        self._canvas.setLineWidth(thick)
        self._canvas.setLineJoin(1)
        self._canvas.setLineCap(1)
        self._canvas.drawPath(path, stroke=1, fill=0)

    def link(self, x: float, y: float, width: float, height: float, url: str) -> None:
        """Let a place lead to an address of this desk."""
        top = self.height - y
        self._canvas.linkURL(url, (x, top - height, x + width, top), relative=0)

    def _draw_foot(self) -> None:
        y = self.height - MARGIN + 6
        self.line(self.left, y - 14, self.right, y - 14)
        self.text(self.left, y, self._foot, size=7.5, colour=MUTED, most=self.right - 120)
        self.text(self.right, y, str(self.pages), size=7.5, colour=MUTED, align="right")
