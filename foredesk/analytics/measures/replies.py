"""Answers, or touches (KPI 21)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Count, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    for step in history.replies:
        yield Row("reply", step)


MEASURE = Count(
    name="replies",
    words=Words(
        title="Answers",
        says="How many answers the team writes",
        exactly="Public answers by persons.",
        counts="answers written in the period",
        pauses="",
        leaves_out=(
            "spam, merged tickets, old mail, answers of bots and rules, notes, the words with "
            "which an agent opened the ticket"
        ),
    ),
    better="",
    rows=rows,
    what="reply",
)
