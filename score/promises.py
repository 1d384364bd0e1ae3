"""The calculator of promised times: its properties over 10,000 generated cases each.

The cases are drawn by a plain generator from the same space as those of the suite, where Hypothesis
can also shrink them. What costs is a span of many years, day by day: one in a hundred is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from foredesk.sla.hours import Hours
from foredesk.sla.tests import test_hours as hours
from score.rows import Row

CASES = 10_000
EDGES = (0, 1, 60, 120, 150, 180, 719, 720, 1439, 1440)
"""Minutes of a day where mistakes live: its ends, and the hours in which clocks change."""


def _mark(rng: Random) -> int:
    return rng.choice(EDGES) if rng.random() < 0.3 else rng.randint(0, 1440)


def _periods(rng: Random) -> tuple[tuple[int, int], ...]:
    marks = sorted({_mark(rng) for _ in range(rng.randint(0, 6))})
    return tuple(zip(marks[::2], marks[1::2], strict=False))


def _near(rng: Random, change: str = "") -> datetime:
    day = datetime.fromisoformat(f"{change or rng.choice(hours.CHANGES)}T00:00:00+00:00")
    return day + timedelta(minutes=rng.randint(-2 * 1440, 2 * 1440))


def _three(rng: Random) -> tuple[datetime, ...]:
    change = rng.choice(hours.CHANGES) if rng.random() < 0.99 else ""
    return tuple(_near(rng, change) for _ in range(3))


def _schedule(rng: Random) -> Hours:
    exceptions = {_near(rng).date(): _periods(rng) for _ in range(rng.randint(0, 3))}
    week = tuple(_periods(rng) for _ in range(7))
    return Hours(ZoneInfo(rng.choice(hours.ZONES)), week, exceptions)


PROPERTIES: dict[str, tuple[Any, Callable[[Random], tuple[Any, ...]]]] = {
    "adjacent spans add up, never negative": (
        hours.test_adjacent_spans_add_up_and_nothing_is_negative,
        _three,
    ),
    "equal to a walk over every minute": (
        hours.test_equal_to_a_walk_over_every_minute,
        lambda rng: (_near(rng), rng.randint(0, 1440)),
    ),
    "due is the first instant that counts enough": (
        hours.test_after_is_the_first_instant_by_which_it_has_passed,
        lambda rng: (_near(rng), rng.randint(1, 40 * 3600)),
    ),
}


def run(_shared: Path) -> list[Row]:
    return [_row(name, *one) for name, one in PROPERTIES.items()]


def _row(name: str, test: Any, draw: Callable[[Random], tuple[Any, ...]]) -> Row:
    wrong = [seed for seed in range(CASES) if not _holds(test, draw, Random(seed))]  # noqa: S311
    said = f"{len(wrong)} wrong of {CASES:,}"
    if wrong:
        said += f", the first by the seed {wrong[0]}"
    return Row(f"promised times: {name}", said, "0 wrong", not wrong)


def _holds(test: Any, draw: Callable[[Random], tuple[Any, ...]], rng: Random) -> bool:
    try:
        test.hypothesis.inner_test(_schedule(rng), *draw(rng))
    except AssertionError:
        return False
    return True
