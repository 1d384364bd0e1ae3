"""Exports: a cell that a spreadsheet would run is written so that it does not, and comes back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from foredesk.plumbing import cells
from score.rows import MAIL, Row, none_of

RISKY = set("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


def run(shared: Path) -> list[Row]:
    given = [
        one["cell"] for one in json.loads((shared / MAIL / "cases/csv_cells.json").read_text())
    ]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([cells.harmless(one)] for one in given)
    written = [row[0] for row in csv.reader(io.StringIO(out.getvalue(), newline=""))]
    running = sum(not cell or cell.strip(" \n")[:1] in RISKY for cell in written)
    changed = sum(cells.original(cell) != one for cell, one in zip(written, given, strict=True))
    return [
        none_of("export cells that run", running, of=len(given)),
        none_of("export cells that do not come back", changed, of=len(given)),
    ]
