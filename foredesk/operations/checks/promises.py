"""Promises are watched: no clock waits to be looked at."""

from collections.abc import Iterator
from datetime import datetime

from foredesk.operations.checks.finding import Finding
from foredesk.sla import queries

LABEL = "Promises"
ADVICE = "Look at the worker and its jobs: it looks at promises every ten seconds."
RANK = 55


def look(*, at: datetime) -> Iterator[Finding]:
    behind = queries.behind(at=at)
    if behind:
        noun = "1 promise was" if behind == 1 else f"{behind} promises were"
        yield Finding("bad", f"{noun} not looked at in time: nobody was told.")
    else:
        yield Finding("ok", "Every promise is watched.")
