"""Next reply time (KPI 3)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Duration, Row, Words
from foredesk.analytics.histories import OVER, History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    waiting, was_answered = None, False
    for step in history.steps:
        if step.kind == "asked" and step.value and was_answered:
            waiting = waiting or step.at
        elif step.kind == "answered" and step.is_by_agent:
            if waiting is not None:
                yield clock.row("next_reply", waiting, step)
            waiting, was_answered = None, True
        elif step.kind == "status" and step.value in OVER:
            waiting = None


MEASURE = Duration(
    name="next_reply",
    words=Words(
        title="Next response",
        says="How long a customer waits for each further answer",
        exactly=(
            "From the oldest message of a customer that nobody has answered since our last answer "
            "to our next answer by a person."
        ),
        counts="further answers in the period",
        leaves_out=(
            "spam, merged tickets, old mail, automatic answers, what was solved before it was "
            "answered"
        ),
    ),
    better="less",
    rows=rows,
)
