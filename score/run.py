"""`make score`: every figure by which the mail can be trusted, in one table.

Each module of this folder that has `run(shared)` gives its rows. SHARED names the folder with the
test data and the scorers; ONLY a module alone, whose table is printed and written nowhere.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import django

import score
from score.rows import ROOT, Row, not_built

PAGE = ROOT / "docs" / "trust.md"
BEGIN, END = "<!-- scores: begin -->", "<!-- scores: end -->"
ORDER = ("parsing", "hostile", "cutting", "bounces", "spam", "trust", "sanitising", "browser")
EXPECTED = {"trust": "trust scenarios", "browser": "HTML in a real browser"}


def main() -> int:
    shared = Path(os.environ.get("SHARED", "../shared")).resolve()
    if not (shared / "data" / "mail" / "tools").is_dir():
        print(
            f"There are no test data in {shared}. They are not part of the repository: name the "
            "folder that holds them with `make score SHARED=…`."
        )
        return 2
    only = os.environ.get("ONLY", "")
    rows: list[Row] = []
    for name in [only] if only else _names():
        began = time.monotonic()
        rows += _rows(name, shared)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    table = _table(rows)
    print(table)
    if not only:
        _write(table)
    return 0 if all(row.is_ok is not False for row in rows) else 1


def _names() -> list[str]:
    found = [
        one.name
        for one in iter_modules(score.__path__)
        if one.name not in ("run", "rows", "adapters", "worst_prefixes")
    ]
    found += [name for name in EXPECTED if name not in found]
    return sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else 99, name))


def _rows(name: str, shared: Path) -> list[Row]:
    try:
        module = import_module(f"score.{name}")
    except ModuleNotFoundError as missing:
        if missing.name != f"score.{name}":
            return [Row(name, f"failed: {missing}", "", False)]
        return [not_built(EXPECTED.get(name, name))]
    try:
        return [_as_row(one) for one in module.run(shared)]
    except Exception as error:  # a score that breaks is a score that is not reached
        return [Row(name, f"failed: {type(error).__name__}: {error}"[:200], "", False)]


def _as_row(one: Row | dict[str, Any]) -> Row:
    """A module may give plain words: name, got and bar."""
    if isinstance(one, Row):
        return one
    is_counted = isinstance(one["bar"], int)
    figure = f"{one['got']} of {one['bar']}" if is_counted else str(one["got"])
    return Row(one["name"], figure, str(one["bar"]), one["got"] == one["bar"])


def _table(rows: list[Row]) -> str:
    said = {True: "yes", False: "**no**", None: "–"}
    lines = ["| Score | Figure | Bar | Reached |", "| --- | --- | --- | --- |"]
    lines += [f"| {row.name} | {row.figure} | {row.bar} | {said[row.is_ok]} |" for row in rows]
    return "\n".join(lines)


def _write(table: str) -> None:
    """Put the table between its marks in docs/trust.md, with the day and the command."""
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN, 1)
    _, tail = rest.split(END, 1)
    day = datetime.now(UTC).date().isoformat()
    note = f"By `make score` on {day}."
    PAGE.write_text(f"{head}{BEGIN}\n{note}\n\n{table}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foredesk.config.settings")
    django.setup()
    sys.exit(main())
