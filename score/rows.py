"""One line of the table of scores."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
MAIL = Path("data/mail")


@dataclass(frozen=True)
class Row:
    """A figure beside its bar. `is_ok` is None when what would be scored is not built."""

    name: str
    figure: str
    bar: str
    is_ok: bool | None

    @property
    def said(self) -> str:
        """One line for a terminal."""
        mark = {True: "✓", False: "✗", None: "–"}[self.is_ok]
        return f"{mark} {self.name}: {self.figure}" + (f" (bar {self.bar})" if self.bar else "")


def at_least(name: str, figure: float, bar: float) -> Row:
    """A rate that has to reach its bar."""
    return Row(name, f"{figure:.3f}", f"≥ {bar:.3f}", figure + 1e-9 >= bar)


def none_of(name: str, count: int, *, of: int | None = None) -> Row:
    """A count that has to be nought."""
    return Row(name, f"{count} of {of:,}" if of is not None else str(count), "0", count == 0)


def not_built(name: str, why: str = "not built") -> Row:
    """A line for what is not there yet."""
    return Row(name, why, "", None)


def scorer(shared: Path, script: str, *arguments: str) -> str:
    """What one of the shared scorers prints. Raises RuntimeError with its last words."""
    tools = shared / MAIL / "tools"
    done = subprocess.run(
        [sys.executable, str(tools / script), *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{script}: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
    return done.stdout


def scored(shared: Path, script: str, *arguments: str) -> dict[str, Any]:
    """The figures that a shared scorer writes with --json."""
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "answers.json"
        scorer(shared, script, *arguments, "--json", str(answers))
        return json.loads(answers.read_text())
