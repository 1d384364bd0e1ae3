"""First assignment (KPI 2)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    if history.opened.assignee_id is not None:
        yield clock.row("first_assignment", history.opened.at, history.opened)
        return
    first = next((step for step in history.of("assignee") if step.value is not None), None)
    if first is not None:
        yield clock.row("first_assignment", history.opened.at, first)


MEASURE = Duration(
    name="first_assignment",
    words=Words(
        title="First assignment",
        says="How soon a ticket has somebody who looks after it",
        exactly="From the moment a ticket is created to its first assignee.",
        counts="tickets first assigned in the period",
    ),
    better="less",
    rows=rows,
)
