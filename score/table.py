"""What is kept of each module, as the table in docs/trust.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from score.others_habits import HABITS
from score.rows import ROOT, Row

KEPT = Path(__file__).parent / "kept"
PAGE = ROOT / "docs" / "trust.md"
ORDER = (
    "parsing", "hostile", "cutting", "bounces", "trust", "storms", "spam", "sanitising", "browser",
    "ssrf", "cells", "patterns",
)  # fmt: skip
SAID = {True: "yes", False: "**no**", None: "–"}


@dataclass(frozen=True)
class Found:
    """The figures of one module, and the day on which they were measured."""

    name: str
    day: str
    seconds: int
    rows: list[Row]


def read(names: Sequence[str]) -> list[Found]:
    """All that is kept, in the order of the table. What was never measured says so."""
    found = []
    for name in sorted(names, key=lambda one: (ORDER.index(one) if one in ORDER else 99, one)):
        path = KEPT / f"{name}.json"
        if path.exists():
            kept = json.loads(path.read_text(encoding="utf-8"))
            rows = [Row(*row) for row in kept["rows"]]
            found.append(Found(name, kept["day"], kept["seconds"], rows))
        else:
            found.append(Found(name, "", 0, [Row(name, "never measured", "", False)]))
    return found


def text(found: Sequence[Found]) -> str:
    """The table, as Markdown."""
    lines = ["| Score | Figure | Bar | Reached | Measured |", "| --- | --- | --- | --- | --- |"]
    for one in found:
        day = f"{one.day}, {one.seconds} s" if one.day else ""
        for row in one.rows:
            lines.append(f"| {row.name} | {row.figure} | {row.bar} | {SAID[row.is_ok]} | {day} |")
            day = ""
    return "\n".join(lines)


def habits() -> str:
    """The expected values that count as another parser's habits, with the reason of each."""
    return "\n".join(
        f"- {mail}, {field}: the corpus {why}."
        for mail, fields in HABITS.items()
        for field, why in fields.items()
    )


def write(found: Sequence[Found]) -> None:
    """Put the table and the habits between their marks in docs/trust.md."""
    page = PAGE.read_text(encoding="utf-8")
    for name, said in (("scores", text(found)), ("habits", habits())):
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        head, rest = page.split(begin, 1)
        _, tail = rest.split(end, 1)
        page = f"{head}{begin}\n{said}\n{end}{tail}"
    PAGE.write_text(page, encoding="utf-8")
