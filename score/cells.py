"""Exports: a cell that a spreadsheet would run is written so that it does not."""

from __future__ import annotations

from pathlib import Path

from score.rows import Row, not_built


def run(_shared: Path) -> list[Row]:
    return [not_built("export cells", "there are no exports yet")]
