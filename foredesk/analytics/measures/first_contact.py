"""First contact resolution (KPI 12)."""

from foredesk.analytics.defining import WEEK, Share, Words

MEASURE = Share(
    name="first_contact",
    words=Words(
        title="Solved at the first contact",
        says="How often a customer needs to come only once",
        exactly=(
            "Solved tickets with exactly one public answer by a person that were never opened "
            "again, and after which the customer created no other ticket for 7 days. Tickets of "
            "the last 7 days may still change it."
        ),
        counts="tickets that are solved now, by the day on which they last were",
        pauses="",
    ),
    better="more",
    part="one_touch",
    whole=("full_resolution",),
    quiet=WEEK,
)
