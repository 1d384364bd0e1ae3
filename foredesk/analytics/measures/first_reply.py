"""First reply time (KPI 1)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    replies = history.replies
    if replies:
        yield clock.row("first_reply", history.opened.at, replies[0])


MEASURE = Duration(
    name="first_reply",
    words=Words(
        title="First response",
        says="How long a customer waits for the first answer by a person",
        exactly="From the moment a ticket is created to the first public answer by a person.",
        counts="tickets with a first answer in the period",
        pauses="never before the first answer",
        leaves_out=(
            "spam, merged tickets, old mail, answers of bots and rules, the words with which an "
            "agent opened the ticket"
        ),
    ),
    better="less",
    rows=rows,
)
