"""`foredesk import`: take over the history of another desk."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from foredesk.cli import entering
from foredesk.cli.trouble import Trouble
from foredesk.plumbing.clock import now

MOST_SAID = 20  # lines that are named one by one
LONGEST = 1_100_000  # characters; more than a ticket may have


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "import",
        parents=[shared],
        help="take over tickets of another desk",
        description="One JSON object on each line; see docs/operations.md. Original times are "
        "kept, no mail goes out, no rule acts. What was taken over before is left alone.",
    )
    parser.add_argument("file", help="a file, or - for standard input")
    parser.add_argument("--from", dest="source", required=True, help="the name of the other desk")
    parser.add_argument("--check", action="store_true", help="read only, and say what is wrong")
    parser.set_defaults(run=take_over)


def take_over(given: argparse.Namespace) -> int:
    if given.file != "-" and not Path(given.file).is_file():
        raise Trouble(f"There is no file {given.file}.")
    entering.desk()
    from foredesk.logbook.actors import SYSTEM
    from foredesk.tickets import importing, past

    wrong: list[str] = []
    begun = now()

    def pasts() -> Iterator[past.Past]:
        for number, line in enumerate(_lines(given.file), 1):
            if not line.strip():
                continue
            try:
                yield past.read(line, until=begun)
            except past.UnreadablePast as why:
                wrong.append(f"line {number}: {why}")

    if given.check:
        print(f"{sum(1 for _ in pasts()):,} tickets can be taken over.")
        return _say(wrong)
    taken = importing.Taken()
    for taken in importing.take_over(pasts(), source=given.source, by=SYSTEM, at=begun):
        print(f"\r{taken.came:,} tickets taken over", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"{taken.came:,} tickets taken over, {taken.known:,} were here before.")
    return _say(wrong)


def _lines(name: str) -> Iterator[str]:
    if name == "-":
        sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
        yield from _bounded(sys.stdin)
        return
    with Path(name).open(encoding="utf-8", errors="replace") as file:
        yield from _bounded(file)


def _bounded(file: TextIO) -> Iterator[str]:
    """Lines of which none is kept in memory further than it can be read."""
    while line := file.readline(LONGEST):
        rest = line
        while rest and not rest.endswith("\n"):
            rest = file.readline(LONGEST)
        yield line


def _say(wrong: list[str]) -> int:
    """What could not be read goes to stderr; the exit code is 1 then."""
    for sentence in wrong[:MOST_SAID]:
        print(sentence, file=sys.stderr)
    if len(wrong) > MOST_SAID:
        print(f"and {len(wrong) - MOST_SAID:,} more lines", file=sys.stderr)
    return 1 if wrong else 0
