"""Mark the answers that changed tallies made untrue. In the transaction that changed them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from foredesk.analytics.defining import STILL
from foredesk.analytics.models import Standing, Tally

DAY = timedelta(days=1)
Touched = tuple[str, bool, datetime, datetime]
"""What was tallied, whether by the day of creation, from and to."""


def outdate(changed: Iterable[Tally], *, at: datetime) -> None:
    """`changed` are the tallies that went and those that came."""
    spans = sorted(_spans(changed))
    if not spans:
        return
    Standing.objects.filter(pk=1).update(changes=F("changes") + 1)
    whats, cohorts, since, until = (list(column) for column in zip(*spans, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update analytics_answer a set stale_at = %s
            where stale_at is null and exists (
              select 1 from unnest(%s::text[], %s::bool[], %s::timestamptz[], %s::timestamptz[])
                as m (what, is_cohort, since, until)
              where m.what = any(a.whats) and m.is_cohort = a.is_cohort
                and m.since < a.until and m.until >= a.since)
            """,
            [at, whats, cohorts, since, until],
        )


def _spans(changed: Iterable[Tally]) -> set[Touched]:
    """The days that are touched; what lasts touches all from where it differs."""
    found: set[Touched] = set()
    lasting: dict[tuple[int | None, str, datetime], list[datetime]] = defaultdict(list)
    for row in changed:
        if row.until is not None:
            lasting[row.ticket_id, row.what, row.at].append(row.until)
            continue
        for is_cohort, moment in ((False, row.at), (True, row.made_at)):
            day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
            found.add((row.what, is_cohort, day, day + DAY))
    for (_, what, began), ends in lasting.items():
        since = began if len(ends) == 1 else min(ends)
        found.add((what, False, since, min(max(ends), STILL)))
    return found
