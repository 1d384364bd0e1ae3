"""Periodic update (KPI 9)."""

from collections.abc import Iterator
from itertools import pairwise

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    replies = history.replies
    for one, other in pairwise(replies):
        yield clock.row("periodic_update", one.at, other)


MEASURE = Duration(
    name="periodic_update",
    words=Words(
        title="Time between answers",
        says="How long customers hear nothing from us in between",
        exactly="From one public answer by a person to the next on the same ticket.",
        counts="answers after the first in the period",
        leaves_out="spam, merged tickets, old mail, answers of bots and rules",
    ),
    better="less",
    rows=rows,
)
