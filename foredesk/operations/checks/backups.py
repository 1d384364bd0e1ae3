"""There is a backup, and it is not old."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from foredesk.design import wording
from foredesk.operations import backing_up
from foredesk.operations.checks.finding import Finding

LABEL = "Backup"
ADVICE = "Run “foredesk backup” every night, and keep the file on another machine."
RANK = 95
WITHOUT_DATABASE = True
OLD = timedelta(days=2)


def look(*, at: datetime) -> Iterator[Finding]:
    made_at = backing_up.last_at(settings.ENV.data_dir)
    if made_at is None:
        yield Finding("warn", "None was made from this machine yet.")
    else:
        state = "warn" if at - made_at > OLD else "ok"
        yield Finding(state, f"The last one was made {wording.ago(made_at, now=at)}.")
