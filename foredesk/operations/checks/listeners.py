"""Every fact reached those who listen."""

from collections.abc import Iterator
from datetime import datetime

from foredesk.operations import queries
from foredesk.operations.checks.finding import Finding

LABEL = "Facts"
ADVICE = "Try the failed jobs again on the health page."
RANK = 60


def look(*, at: datetime) -> Iterator[Finding]:
    lost = queries.unheard_count()
    if lost:
        yield Finding("bad", f"{lost} did not reach all of their listeners.")
    else:
        yield Finding("ok", "All reached their listeners, or are on their way.")
