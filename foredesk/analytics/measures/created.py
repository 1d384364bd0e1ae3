"""Ticket volume (KPI 15)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Count, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    yield Row("created", history.opened)


MEASURE = Count(
    name="created",
    words=Words(
        title="New tickets",
        says="How much comes in",
        exactly="Every ticket, by the moment at which it was created.",
        counts="tickets created in the period",
        pauses="",
    ),
    better="",
    rows=rows,
)
