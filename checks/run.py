"""Everything that must be green, as one list: `make test`, or `make test ONLY="lint types"`."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
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
    is_small: bool = False  # takes one core for a moment, so that two go at once
    lane: int = 0  # lanes go beside each other: what works, and what mostly waits
    is_apart: bool = False  # has a database server that no other step uses

    @property
    def is_pytest(self) -> bool:
        return "pytest" in self.command


def _python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *arguments)


def _tests(which: str, *places: str) -> tuple[str, ...]:
    return _python("pytest", "-q", "-n", "2", "--dist", "loadgroup", "-m", which, *places)


def _spelling(*marks: str) -> list[str]:
    """The files of tests that name one of these marks: to collect all others takes seconds."""
    spelled = re.compile(rf"mark\.({'|'.join(marks)})\b")
    files = (
        path for top in ("foredesk", "tests", "faults") for path in ROOT.glob(f"{top}/**/test_*.py")
    )
    return sorted(str(path.relative_to(ROOT)) for path in files if spelled.search(path.read_text()))


STEPS = (
    Step("types", "the types agree", (f"{BIN}/mypy", "foredesk"), is_small=True),
    Step(
        "format", "the code is formatted", (f"{BIN}/ruff", "format", "--check", "."), is_small=True
    ),
    Step("lint", "the code follows the rules", (f"{BIN}/ruff", "check", "."), is_small=True),
    Step(
        "walls", "no floor imports one above", (f"{BIN}/lint-imports", "--no-cache"), is_small=True
    ),
    Step(
        "migrations",
        "tables match the models",
        _python("django", "makemigrations", "--check", "--dry-run"),
        is_small=True,
    ),
    Step("docs", "the docs name what exists", _python("checks.docs"), is_small=True),
    Step(
        "rooms",
        "every room on its own",
        _tests("not journey and not browser and not alone"),
        lane=1,
    ),
    Step(
        "faults",
        "promises hold when things break",
        _python("pytest", "-q", "-m", "fault or alone", *_spelling("fault", "alone")),
        needs_servers=True,
        lane=2,
        is_apart=True,
    ),
    Step(
        "journeys",
        "whole paths over real servers",
        _tests("journey and not browser", *_spelling("journey")),
        needs_servers=True,
        lane=2,
    ),
    Step(
        "browser",
        "the screens in Chromium",
        _tests("browser", *_spelling("browser")),
        needs_servers=True,
        lane=1,
    ),
)
SMALL_AT_ONCE = 2


@dataclass(frozen=True)
class Result:
    """What became of a step."""

    step: Step
    is_green: bool
    output: str
    seconds: float


def main(only: list[str]) -> int:
    """Run the steps (or those named); 1 when any failed."""
    unknown = set(only) - {step.name for step in STEPS}
    if unknown:
        print(f"There is no step {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    steps = [step for step in STEPS if not only or step.name in only]
    failures: list[Result] = []
    totals: dict[str, int] = {}
    with _database() as environment:
        for result in _results(steps, environment):
            if result.step.is_pytest:
                _count(result.output, totals)
            if not result.is_green:
                failures.append(result)
            mark = TICK if result.is_green else CROSS
            name, says = result.step.name, result.step.says
            print(f"{mark} {name:<11} {says:<32} {result.seconds:6.1f} s", flush=True)
    for failed in failures:
        command = " ".join(failed.step.command)
        print(f"\n{CROSS} {failed.step.name}: {command}\n{failed.output.rstrip()}")
    if totals:
        skipped = f", {totals['skipped']} skipped" if totals.get("skipped") else ""
        failed_tests = totals.get("failed", 0) + totals.get("error", 0)
        print(f"\n{totals.get('passed', 0)} passed, {failed_tests} failed{skipped}")
    return 1 if failures else 0


def _results(steps: list[Step], environment: dict[str, str]) -> Iterator[Result]:
    """Run the steps, each result as it comes. Servers are installed beside what needs none."""
    with ThreadPoolExecutor(1) as installer, ThreadPoolExecutor(SMALL_AT_ONCE) as pool:
        needs_servers = any(step.needs_servers for step in steps)
        lacking = installer.submit(servers.provide if needs_servers else str)

        def result(step: Step) -> Result:
            if step.needs_servers and lacking.result():
                return Result(step, False, lacking.result(), 0.0)
            return _run(step, environment)

        small = [pool.submit(result, step) for step in steps if step.is_small]
        for done in as_completed(small):
            yield done.result()
        lanes = {lane: ThreadPoolExecutor(1) for lane in {step.lane for step in steps}}
        waiting = [lanes[step.lane].submit(result, step) for step in steps if not step.is_small]
        for done in as_completed(waiting):
            yield done.result()
        for lane in lanes.values():
            lane.shutdown()


def _run(step: Step, environment: dict[str, str]) -> Result:
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=environment | (scratch.apart() if step.is_apart else {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    seconds, nothing_collected = time.monotonic() - began, 5
    if step.is_pytest and done.returncode == nothing_collected:
        output = done.stdout + "\nThere is not a single test for this step."
        return Result(step, False, output, seconds)
    return Result(step, done.returncode == 0, done.stdout, seconds)


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
