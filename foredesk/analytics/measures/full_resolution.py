"""Full resolution time (KPI 5), and how many answers it took (KPI 11)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    if history.solves and history.is_over:
        yield clock.row("full_resolution", history.opened.at, history.solves[-1])


MEASURE = Duration(
    name="full_resolution",
    words=Words(
        title="Resolution time",
        says="How long until a ticket is solved for good",
        exactly=(
            "From the moment a ticket is created to the last time that it was solved, or closed "
            "where solving was skipped."
        ),
        counts="tickets that are solved now, by the day on which they last were",
        leaves_out=(
            "spam, merged tickets, old mail, tickets that were opened again and are not solved yet"
        ),
    ),
    better="less",
    rows=rows,
)
