"""First resolution time (KPI 4)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    if history.solves:
        yield clock.row("first_resolution", history.opened.at, history.solves[0])


MEASURE = Duration(
    name="first_resolution",
    words=Words(
        title="First resolution",
        says="How long until a ticket is solved for the first time",
        exactly=(
            "From the moment a ticket is created to the first time that it is solved, or closed "
            "where solving was skipped. Opening it again does not change it."
        ),
        counts="tickets first solved in the period",
    ),
    better="less",
    rows=rows,
)
