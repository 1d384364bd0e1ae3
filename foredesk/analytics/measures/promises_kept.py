"""Promises kept (KPI 18)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Row, Share, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    for step in history.of("kept", "broken"):
        yield Row(f"promise_{step.kind}", step, detail=str(step.value))


MEASURE = Share(
    name="promises_kept",
    words=Words(
        title="Promises kept",
        says="How often we did in time what we had promised",
        exactly=(
            "Promises that were kept in time, in hundredths of these and those that were broken. "
            "A promise is broken once, at the moment at which it was due."
        ),
        counts="promises that were kept or broken in the period",
        pauses="as the promise says",
    ),
    better="more",
    rows=rows,
    part="promise_kept",
    whole=("promise_kept", "promise_broken"),
)
