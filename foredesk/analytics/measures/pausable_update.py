"""Pausable update (KPI 9)."""

from collections.abc import Iterator
from itertools import pairwise

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History, Step

RUNS = ("new", "open", "on_hold")


def rows(history: History, clock: Clock) -> Iterator[Row]:
    slices = [one for one in [*history.slices(), _last(history)] if one[0] in RUNS]
    for one, other in pairwise(history.replies):
        calendar, (_, opened) = 0.0, clock.between(other.at, other)
        for _, begin, end in slices:
            start, stop = max(begin.at, one.at), end if end.at <= other.at else other
            if start < stop.at:
                within, counted = clock.between(start, stop)
                calendar += within
                opened = None if opened is None or counted is None else opened + counted
        yield Row("pausable_update", other, calendar, opened)


def _last(history: History) -> tuple[str, Step, Step]:
    """The stretch since the last change of status."""
    begin = [history.opened, *history.of("status")][-1]
    return history.now.status, begin, history.now


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
        leaves_out="spam, merged tickets, old mail, answers of bots and rules",
    ),
    better="less",
    rows=rows,
)
