"""The table in docs/faults.md: each experiment's last run, with its day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from faults.counting import Outcome

PAGE = Path(__file__).resolve().parents[1] / "docs" / "faults.md"
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
HEAD = (
    "| | day | scale | rounds | acknowledged | lost | doubled | flagged | p99 | took |\n"
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@dataclass(frozen=True)
class Row:
    """One line of the table; `name` is what FAULTS calls it."""

    name: str
    cells: str

    @property
    def line(self) -> str:
        return f"| {self.name} | {self.cells} |"


def row(name: str, outcome: Outcome, *, scale: float, seconds: float, said: str = "") -> Row:
    """The row of a run that took so many seconds. `said` is for what the numbers don't say."""
    day = datetime.now(UTC).date().isoformat()
    counted = " | ".join(
        f"{number:,}"
        for number in (
            outcome.rounds, outcome.acknowledged, outcome.lost, outcome.doubled, outcome.flagged,
        )
    )  # fmt: skip
    wrong = said or "; ".join(outcome.troubles)
    took = f"{seconds:.0f} s" + (f", {wrong}" if wrong else "")
    return Row(name, f"{day} | {scale:g} | {counted} | {outcome.p99:.2f} s | {took}")


def write(rows: list[Row]) -> None:
    """Put these rows in the place of their last ones; the others stay as they are."""
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN, 1)
    table, tail = rest.split(END, 1)
    known = dict(re.findall(r"(?m)^\| ([a-z][\w-]*) \| (.*) \|$", table))
    known |= {one.name: one.cells for one in rows}
    lines = [Row(name, cells).line for name, cells in sorted(known.items(), key=_rank)]
    body = "\n".join([HEAD, *lines])
    PAGE.write_text(f"{head}{BEGIN}\n{body}\n{END}{tail}", encoding="utf-8")


def _rank(pair: tuple[str, str]) -> tuple[bool, str]:
    """The experiments, then the sabotaged builds."""
    return "-" in pair[0], pair[0]
