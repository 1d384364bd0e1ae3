"""Solved (KPI 16)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Count, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    for step in history.solves:
        yield Row("solved", step)


MEASURE = Count(
    name="solved",
    words=Words(
        title="Solved",
        says="How much is done",
        exactly=(
            "Every time that a ticket is solved, or closed where solving was skipped, whenever it "
            "was created."
        ),
        counts="solves in the period",
        pauses="",
    ),
    better="more",
    rows=rows,
)
