"""Mails made to break a parser, and all others: none crashes, costs too much or can't be stored."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from score import adapters, forked
from score.rows import MAIL, Row, none_of

SEEDS = range(1001, 1001 + int(os.environ.get("SEEDS", "20")))
SECONDS, MEBIBYTES = 2.0, 256.0


def run(shared: Path) -> Iterator[Row]:
    corpora = sorted((shared / MAIL / "parse").glob("*/*.eml"))
    yield from _rows("mails of the corpora", [_cost(path) for path in corpora])
    costs = []
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            maker = shared / MAIL / "tools" / "gen_hostile.py"
            subprocess.run(
                [sys.executable, str(maker), folder, "--seed", str(seed)],
                check=True,
                capture_output=True,
            )
            costs += [_cost(path) for path in sorted(Path(folder).glob("*.eml"))]
    yield from _rows(f"hostile mails ({len(SEEDS)} seeds)", costs)


def _cost(path: Path) -> forked.Cost:
    cost = forked.judged(adapters.parse, path.read_bytes())
    if cost.seconds > SECONDS:  # a second look: a machine without breath also takes processor time
        again = forked.judged(adapters.parse, path.read_bytes())
        cost = min(cost, again, key=lambda one: one.seconds)
    if cost.error or cost.seconds > SECONDS or cost.mebibytes > MEBIBYTES:
        print(f"  {path.name}: {cost}", flush=True)
    return cost


def _rows(name: str, costs: list[forked.Cost]) -> Iterator[Row]:
    total = len(costs)
    yield none_of(f"{name}: crashed or not storable", sum(bool(c.error) for c in costs), of=total)
    slow = sum(cost.seconds > SECONDS for cost in costs)
    fat = sum(cost.mebibytes > MEBIBYTES for cost in costs)
    slowest = max(cost.seconds for cost in costs)
    largest = max(cost.mebibytes for cost in costs)
    yield none_of(f"{name}: over 2 s of CPU (the most: {slowest:.2f} s)", slow, of=total)
    yield none_of(f"{name}: over 256 MiB (the most: {largest:.0f})", fat, of=total)
