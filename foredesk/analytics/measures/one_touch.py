"""Solved with one answer (KPI 11)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Row, Share, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    if history.solves and history.is_over and not history.returns and len(history.replies) == 1:
        yield Row("one_touch", history.solves[-1])


MEASURE = Share(
    name="one_touch",
    words=Words(
        title="Solved with one answer",
        says="How often a single answer is enough",
        exactly=(
            "Solved tickets with exactly one public answer by a person that were never opened "
            "again."
        ),
        counts="tickets that are solved now, by the day on which they last were",
        pauses="",
    ),
    better="more",
    rows=rows,
    part="one_touch",
    whole=("full_resolution",),
)
