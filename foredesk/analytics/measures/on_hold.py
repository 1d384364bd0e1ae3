"""On hold (KPI 8)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    yield from clock.sum_in("on_hold", history, ("on_hold",))


MEASURE = Duration(
    name="on_hold",
    words=Words(
        title="On hold",
        says="How long tickets wait for others in all",
        exactly="All time in which a ticket was on hold, up to its last change of status.",
        counts="tickets by the day of their last change of status",
        pauses="in every other status",
    ),
    better="less",
    rows=rows,
)
