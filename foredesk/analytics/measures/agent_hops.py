"""Changes of the assignee (KPI 21)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Count, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    for step in history.of("assignee"):
        if step.value is not None and step.before is not None:
            yield Row("agent_hop", step)


MEASURE = Count(
    name="agent_hops",
    words=Words(
        title="Passed to another person",
        says="How often tickets change hands",
        exactly=(
            "Every change from one assignee to another. Giving a ticket that nobody had to "
            "somebody is none."
        ),
        counts="changes in the period",
        pauses="",
    ),
    better="less",
    rows=rows,
    what="agent_hop",
)
