"""Customer’s wait (KPI 6)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    yield from clock.sum_in("requester_wait", history, ("new", "open", "on_hold"))


MEASURE = Duration(
    name="requester_wait",
    words=Words(
        title="Customer’s wait",
        says="How long customers wait for us in all",
        exactly=(
            "All time in which a ticket was new, open or on hold, up to its last change of status."
        ),
        counts="tickets by the day of their last change of status",
        pauses="in every other status",
    ),
    better="less",
    rows=rows,
)
