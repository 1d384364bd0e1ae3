"""Time with us (KPI 7)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    yield from clock.sum_in("agent_work", history, ("new", "open"))


MEASURE = Duration(
    name="agent_work",
    words=Words(
        title="Time with us",
        says="How long tickets are with the team in all",
        exactly="All time in which a ticket was new or open, up to its last change of status.",
        counts="tickets by the day of their last change of status",
        pauses="in every other status",
    ),
    better="less",
    rows=rows,
)
