"""Satisfaction, or CSAT (KPI 13)."""

from collections.abc import Iterator

from foredesk.analytics.defining import Clock, Row, Share, Words
from foredesk.analytics.histories import History


def rows(history: History, clock: Clock) -> Iterator[Row]:
    for _, said in history.surveys:
        if said is not None:
            yield Row(f"rated_{said.value[1]}", said)


MEASURE = Share(
    name="satisfaction",
    words=Words(
        title="Satisfaction",
        says="How many of those who say how it was are satisfied",
        exactly=(
            "Good ratings in hundredths of good and bad ones. Of two steps the upper one is good, "
            "of three the third, of five the fourth and fifth; every other is bad, the middle "
            "too. Who changed their mind counts once, with their last word."
        ),
        counts=(
            "ratings by the day of the customer’s last word, for whoever had the ticket at that "
            "moment"
        ),
        pauses="",
        leaves_out="spam, merged tickets, old mail, customers who say nothing",
    ),
    better="more",
    rows=rows,
    part="rated_good",
    whole=("rated_good", "rated_bad"),
)
