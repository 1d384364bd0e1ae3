"""First touch (KPI 2): never called first response."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    done = (step for step in history.steps if step.is_by_agent and step.kind != "worked")
    first = next((step for step in done if step.at > history.opened.at), None)
    if first is not None:
        yield clock.row("first_touch", history.opened.at, first)


MEASURE = Duration(
    name="first_touch",
    words=Words(
        title="First touch",
        says="How soon a person does anything about a ticket",
        exactly=(
            "From the moment a ticket is created to the first thing that an agent does with it: "
            "an answer, a note, a change."
        ),
        counts="tickets first touched in the period",
        leaves_out=(
            "spam, merged tickets, old mail, what the agent did who opened it, in that moment"
        ),
    ),
    better="less",
    rows=rows,
)
