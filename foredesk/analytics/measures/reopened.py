"""Reopens (KPI 10)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Count, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    for step in history.reopenings:
        since = [one for one in history.solves if one.at <= step.at]
        yield Row("reopened", step, (step.at - since[-1].at).total_seconds() if since else None)


MEASURE = Count(
    name="reopened",
    words=Words(
        title="Opened again",
        says="What was not solved after all",
        exactly="Every time that a solved ticket is new, open, pending or on hold again.",
        counts="reopenings in the period",
        pauses="",
    ),
    better="less",
    rows=rows,
)
