"""Everything that must be green, as one list: `make test`, or `make test ONLY="lint types"`."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checks import scratch, servers

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TICK, CROSS = ("\033[32m✓\033[0m", "\033[31m✗\033[0m") if sys.stdout.isatty() else ("✓", "✗")
OF_PYTEST = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed)\b")


@dataclass(frozen=True)
class Step:
    """One line of the list."""

    name: str
    says: str
    command: tuple[str, ...]
    needs_servers: bool = False

    @property
    def is_pytest(self) -> bool:
        return "pytest" in self.command


def _python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *arguments)


STEPS = (
    Step("format", "the code is formatted", (f"{BIN}/ruff", "format", "--check", ".")),
    Step("lint", "the code follows the rules", (f"{BIN}/ruff", "check", ".")),
    Step("walls", "no floor imports one above", (f"{BIN}/lint-imports", "--no-cache")),
    Step("types", "the types agree", (f"{BIN}/mypy", "foredesk")),
    Step(
        "migrations",
        "tables match the models",
        _python("django", "makemigrations", "--check", "--dry-run"),
    ),
    Step("docs", "the docs name what exists", _python("checks.docs")),
    Step(
        "rooms",
        "every room on its own",
        _python("pytest", "-q", "-n", "2", "-m", "not journey and not browser and not alone"),
    ),
    Step(
        "journeys",
        "whole paths over real servers",
        _python("pytest", "-q", "-m", "(journey or alone) and not browser"),
        needs_servers=True,
    ),
    Step(
        "faults",
        "what is promised holds when things break",
        _python("pytest", "-q", "-m", "fault", "faults"),
        needs_servers=True,
    ),
    Step(
        "browser",
        "the screens in Chromium",
        _python("pytest", "-q", "-m", "browser"),
        needs_servers=True,
    ),
)


def main(only: list[str]) -> int:
    """Run the steps (or those named); 1 when any failed."""
    unknown = set(only) - {step.name for step in STEPS}
    if unknown:
        print(f"There is no step {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    steps = [step for step in STEPS if not only or step.name in only]
    failures: list[tuple[Step, str]] = []
    totals: dict[str, int] = {}
    lacking = servers.provide() if any(step.needs_servers for step in steps) else ""
    with _database() as environment:
        for step in steps:
            began = time.monotonic()
            if step.needs_servers and lacking:
                is_green, output = False, lacking
            else:
                is_green, output = _run(step, environment)
            if step.is_pytest:
                _count(output, totals)
            if not is_green:
                failures.append((step, output))
            mark = TICK if is_green else CROSS
            took = time.monotonic() - began
            print(f"{mark} {step.name:<11} {step.says:<32} {took:6.1f} s", flush=True)
    for step, output in failures:
        print(f"\n{CROSS} {step.name}: {' '.join(step.command)}\n{output.rstrip()}")
    if totals:
        skipped = f", {totals['skipped']} skipped" if totals.get("skipped") else ""
        failed = totals.get("failed", 0) + totals.get("error", 0)
        print(f"\n{totals.get('passed', 0)} passed, {failed} failed{skipped}")
    return 1 if failures else 0


def _run(step: Step, environment: dict[str, str]) -> tuple[bool, str]:
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    nothing_collected = 5
    if step.is_pytest and done.returncode == nothing_collected:
        return False, done.stdout + "\nThere is not a single test for this step."
    return done.returncode == 0, done.stdout


def _count(output: str, totals: dict[str, int]) -> None:
    lines = [line for line in output.splitlines() if OF_PYTEST.search(line)]
    for number, kind in OF_PYTEST.findall(lines[-1] if lines else ""):
        kind = kind.removesuffix("s") if kind.startswith("error") else kind
        totals[kind] = totals.get(kind, 0) + int(number)


@contextlib.contextmanager
def _database() -> Iterator[dict[str, str]]:
    """One throw-away database server for all steps; also keeps settings of this shell out."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FOREDESK_") and name != "DATABASE_URL"
    }
    environment |= {
        "FOREDESK_DATA_DIR": str(scratch.HOME),
        "DJANGO_SETTINGS_MODULE": "foredesk.config.settings",
        "PYTHONPATH": str(ROOT),
    }
    from foredesk.plumbing.postgres import embedded

    embedded.attach(scratch.HOME, for_tests=True)
    try:
        yield environment
    finally:
        embedded.release(scratch.HOME)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
