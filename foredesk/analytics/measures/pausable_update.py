"""Pausable update (KPI 9)."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History, Step

RUNS = ("new", "open", "on_hold")


def rows(history: History, clock: Clock) -> Iterator[Row]:
    replies = history.replies
    slices = [one for one in history.slices() if one[0] in RUNS] + _last(history)
    for one, other in pairwise(replies):
        calendar, opened = 0.0, None
        for _, begin, end in slices:
            start, stop = max(begin.at, one.at), min(end.at, other.at)
            if start < stop:
                within, counted = clock.between(start, replace(end, at=stop))
                calendar += within
                opened = (opened or 0.0) + counted if counted is not None else opened
        yield Row("pausable_update", other, calendar, opened)


def _last(history: History) -> list[tuple[str, Step, Step]]:
    """The stretch since the last change of status."""
    begin = [history.opened, *history.of("status")][-1]
    end = history.now
    return [(end.status, begin, end)] if end.status in RUNS else []


MEASURE = Duration(
    name="pausable_update",
    words=Words(
        title="Time between answers, with us",
        says="How long customers hear nothing while it is our turn",
        exactly=(
            "From one public answer by a person to the next on the same ticket, counting only the "
            "time in which it was new, open or on hold."
        ),
        counts="answers after the first in the period",
        pauses="while the ticket waits for its customer or is solved",
        leaves_out="spam, tickets merged into others, answers of bots and rules",
    ),
    better="less",
    rows=rows,
)
