"""Solved without an answer (KPI 11)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Row, Share, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    if history.solves and history.is_over and not history.returns and not history.replies:
        yield Row("zero_touch", history.solves[-1])


MEASURE = Share(
    name="zero_touch",
    words=Words(
        title="Solved without an answer",
        says="How often nobody had to answer",
        exactly=(
            "Solved tickets without any public answer by a person that were never opened again."
        ),
        counts="tickets that are solved now, by the day on which they last were",
        pauses="",
    ),
    better="",
    rows=rows,
    part="zero_touch",
    whole=("full_resolution",),
)
