"""Backlog (KPI 16)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Level, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    for step in history.revivals:
        yield Row("revived", step)


MEASURE = Level(
    name="backlog",
    words=Words(
        title="Open tickets",
        says="How much is still to be done",
        exactly=(
            "Tickets that are neither solved nor closed at a moment, whenever they were created."
        ),
        counts="what came in or was opened again up to that moment, less what was solved",
        pauses="it has no clock",
    ),
    better="less",
    rows=rows,
    came=("created", "reopened", "revived"),
    went=("solved",),
)
