"""Resolution rate as a flow (KPI 17)."""

from foredesk.analytics.defining import Share, Words

MEASURE = Share(
    name="solve_flow",
    words=Words(
        title="Solved for each new one",
        says="Whether the team keeps up",
        exactly=(
            "What was solved in the period, in hundredths of what was created in it. More than a "
            "hundred means that open tickets grow fewer."
        ),
        counts="solves and new tickets in the period",
        pauses="",
    ),
    better="more",
    part="solved",
    whole=("created",),
)
