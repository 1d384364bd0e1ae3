"""Jobs are run soon, and don't fail."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from foredesk.design import wording
from foredesk.operations import queries
from foredesk.operations.checks.finding import Finding

LABEL = "Jobs"
ADVICE = "Look whether the worker runs and has enough processor time."
RANK = 50
LATE, VERY_LATE = timedelta(minutes=1), timedelta(minutes=5)


def judge(lag: timedelta) -> str:
    """How long the oldest due job waits."""
    return "bad" if lag > VERY_LATE else "warn" if lag > LATE else "ok"


def look(*, at: datetime) -> Iterator[Finding]:
    waiting = queries.waiting_jobs(at=at)
    lag = at - waiting.oldest_at if waiting.oldest_at else timedelta(0)
    if waiting.count:
        text = f"{waiting.count} wait, the oldest for {wording.span(lag)}."
    else:
        text = "None waits."
    yield Finding(judge(lag), text)
    failed = queries.failed_jobs_count()
    if failed:
        recent = queries.failed_jobs_count(since=at - timedelta(days=1))
        text = f"{failed} failed for good, {recent} of them in the last day."
        advice = "Look at them below, try them again or forget them. The log says why they failed."
        yield Finding("bad" if recent else "warn", text, advice, "that failed")
