"""Resolution rate of those created in the period (KPI 17)."""

from collections.abc import Iterator

from foredesk.analytics.defining import WEEK, Clock, Row, Share, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    is_back = any(
        0 <= (back.at - one.at).total_seconds() <= WEEK
        for back in history.returns
        for one in history.solves
    )
    if history.solves and not is_back:
        yield Row("resolved", history.solves[-1])


MEASURE = Share(
    name="resolution_rate",
    words=Words(
        title="Resolution rate",
        says="How much of what came in was solved and stayed so",
        exactly=(
            "Tickets created in the period that were solved and not opened again within 7 days, "
            "in hundredths of all created in it. Tickets of the last 7 days may still change it."
        ),
        counts="tickets created in the period",
        pauses="",
    ),
    better="more",
    rows=rows,
    part="resolved",
    whole=("created",),
    is_cohort=True,
)
