"""Handle time (KPI 21)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    seconds = sum(step.value for step in history.of("worked"))
    if history.solves and history.is_over and seconds:
        yield Row("handle_time", history.solves[-1], seconds, seconds)


MEASURE = Duration(
    name="handle_time",
    words=Words(
        title="Handle time",
        says="How much work a ticket is",
        exactly=(
            "All time in which persons read or wrote on a ticket until it was solved for good: "
            "while they typed, pointed or scrolled on its page, and up to 60 seconds after that. "
            "Work on it after it was solved is added."
        ),
        counts="tickets that are solved now, by the day on which they last were",
        pauses="after 60 seconds without a sign of life, and while the page is hidden",
        leaves_out="spam, merged tickets, old mail, tickets that nobody had open on a screen",
    ),
    better="less",
    rows=rows,
)
