"""The calculator of promised times: its properties over 10,000 generated cases each."""

from __future__ import annotations

from pathlib import Path
from types import FunctionType

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foredesk.sla.tests import test_hours as hours
from score.rows import Row

CASES = 10_000
PROPERTIES = {
    "adjacent spans add up, never negative": (
        hours.test_adjacent_spans_add_up_and_nothing_is_negative,
        (hours.schedules(), hours.NEAR, hours.NEAR, hours.NEAR),
    ),
    "equal to a walk over every minute": (
        hours.test_equal_to_a_walk_over_every_minute,
        (hours.schedules(), hours.NEAR, st.integers(0, 1440)),
    ),
    "due is the first instant that counts enough": (
        hours.test_after_is_the_first_instant_by_which_it_has_passed,
        (hours.schedules(), hours.NEAR, st.integers(1, 40 * 3600)),
    ),
}


def run(_shared: Path) -> list[Row]:
    return [_row(name, *one) for name, one in PROPERTIES.items()]


def _bare(test: FunctionType) -> FunctionType:
    """The test without the settings that it has in the suite."""
    return FunctionType(test.__code__, test.__globals__, test.__name__)


def _row(name: str, test, strategies) -> Row:
    every = settings(
        max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    try:
        every(given(*strategies)(_bare(test.hypothesis.inner_test)))()
    except AssertionError as wrong:
        return Row(f"promised times: {name}", f"failed: {wrong}"[:200], "0 wrong", False)
    return Row(f"promised times: {name}", f"0 wrong of {CASES:,}", "0 wrong", True)
