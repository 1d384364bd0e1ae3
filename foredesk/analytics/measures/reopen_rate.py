"""Reopen rate (KPI 10)."""

from foredesk.analytics.defining import WEEK, Share, Words

MEASURE = Share(
    name="reopen_rate",
    words=Words(
        title="Reopen rate",
        says="How much of what was solved comes back",
        exactly=(
            "Tickets opened again within 7 days of being solved, in hundredths of what was solved "
            "in the period."
        ),
        counts="reopenings and solves in the period",
        pauses="",
    ),
    better="less",
    part="reopened",
    whole=("solved",),
    most=WEEK,
)
