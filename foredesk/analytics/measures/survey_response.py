"""How many answer a survey (KPI 14)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Row, Share, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    for asked, said in history.surveys:
        yield Row("survey_unanswered" if said is None else "survey_answered", asked)


MEASURE = Share(
    name="survey_response",
    words=Words(
        title="Surveys answered",
        says="How many of those who are asked say how it was",
        exactly=(
            "Surveys that were answered, in hundredths of those that were delivered. What came "
            "back, was refused or never left the desk was not delivered."
        ),
        counts=(
            "surveys by the day on which they were sent, whenever the answer came; the breakdowns "
            "tell who is heard too little"
        ),
        pauses="",
    ),
    better="more",
    rows=rows,
    part="survey_answered",
    whole=("survey_answered", "survey_unanswered"),
)
