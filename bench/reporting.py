"""The table, on the screen and in docs/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.rounds import Rounds

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


@dataclass(frozen=True)
class Result:
    """One row: processor milliseconds per operation, and what the clients saw."""

    work: str
    tickets: int
    server: float
    database: float
    per_second: float
    p50: float | None
    p95: float | None
    p99: float | None
    limit: float
    target: str
    rounds: Rounds[Any] | None = None
    """The rounds of which this is the middle one, where there were several."""

    @property
    def total(self) -> float:
        return self.server + self.database

    @property
    def said(self) -> str:
        """What it cost, in a line."""
        slowed = f" ({self.at_best:.1f} at the machine's best)" if self.slowed else ""
        return f"{self.total:.1f} ms{slowed}"

    @property
    def slowed(self) -> float | None:
        """How many times slower than at its best the machine was meanwhile (yardstick.py)."""
        return self.rounds.slowed if self.rounds else None

    @property
    def at_best(self) -> float:
        """What it would have cost at the machine's best speed."""
        return self.total / (self.slowed or 1.0)


HEAD = (
    "work",
    "tickets",
    "CPU ms server",
    "CPU ms database",
    "CPU ms in all",
    "rounds",
    "machine slowed",
    "at its best",
    "target",
    "per second",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "bare SQL, CPU ms",
    "times the bare SQL",
)


def table(results: list[Result]) -> str:
    """All results as a Markdown table, one kind of work after the other."""
    lines = [_line(HEAD), _line(["---", *["---:"] * (len(HEAD) - 1)])]
    works = list(dict.fromkeys(result.work for result in results))
    for work in works:
        for one in sorted((r for r in results if r.work == work), key=lambda r: r.tickets):
            lines.append(
                _line(
                    (
                        one.work,
                        f"{one.tickets:,}",
                        f"{one.server:.1f}",
                        f"{one.database:.2f}",
                        f"**{one.total:.1f}**",
                        _spread(one.rounds) if one.rounds else "",
                        f"{one.slowed:.2f}" if one.slowed else "",
                        f"{one.at_best:.1f}" if one.slowed else "",
                        one.target,
                        f"{one.per_second:.0f}",
                        *("" if p is None else f"{p:.0f}" for p in (one.p50, one.p95, one.p99)),
                        f"{one.limit:.2f}" if one.limit else "",
                        f"{one.total / one.limit:.0f}" if one.limit else "",
                    )
                )
            )
    return "\n".join(lines)


def _spread(rounds: Rounds[Any]) -> str:
    least, most = rounds.spread
    return f"{least:.1f} to {most:.1f}, {len(rounds.counted)} of {rounds.all}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def growth(results: list[Result]) -> str:
    """How much dearer each work is in the largest desk than in the smallest."""
    sentences = []
    for work in dict.fromkeys(result.work for result in results):
        rows = sorted((r for r in results if r.work == work), key=lambda r: r.tickets)
        if len(rows) > 1:
            times = rows[-1].total / rows[0].total
            sentences.append(f"{work} {times:.2f} times")
    if not sentences:
        return ""
    first, last = min(r.tickets for r in results), max(r.tickets for r in results)
    return f"From {first:,} to {last:,} tickets the cost grows: {'; '.join(sentences)}."


def machine() -> str:
    """What it ran on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({model}), "
        f"Python {platform.python_version()}, load average {os.getloadavg()[0]:.1f} at the end."
    )


def write(text: str) -> None:
    """Put the text between the markers of docs/performance.md."""
    page = PAGE.read_text()
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}")
