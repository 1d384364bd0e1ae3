"""Waiting for the customer (KPI 8)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    yield from clock.sum_in("agent_wait", history, ("pending",))


MEASURE = Duration(
    name="agent_wait",
    words=Words(
        title="Waiting for the customer",
        says="How long we wait for customers in all",
        exactly=(
            "All time in which a ticket waited for its customer, up to its last change of status."
        ),
        counts="tickets by the day of their last change of status",
        pauses="in every other status",
    ),
    better="",
    rows=rows,
)
