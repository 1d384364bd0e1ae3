"""Changes of the team (KPI 21)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Count, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    for step in history.of("team"):
        if step.value is not None and step.before is not None:
            yield Row("team_hop", step)


MEASURE = Count(
    name="team_hops",
    words=Words(
        title="Passed to another team",
        says="How often tickets change hands",
        exactly=(
            "Every change from one team to another. Giving a ticket without a team to one is none."
        ),
        counts="changes in the period",
        pauses="",
    ),
    better="less",
    rows=rows,
    what="team_hop",
)
