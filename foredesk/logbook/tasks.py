"""The job behind the listeners."""

import logging
from typing import Any

from foredesk.logbook import listening
from foredesk.plumbing.jobs import app

log = logging.getLogger(__name__)


@app.task(name="logbook.deliver")
def deliver(entry_id: int, only: list[str] | None = None, attempt: int = 1) -> None:
    """Run an entry's listeners; only those that failed are tried again, eight times at most."""
    try:
        listening.run_listeners(entry_id, only=only)
    except listening.ListenersFailed as failure:
        if attempt >= listening.MAX_ATTEMPTS:
            raise
        log.warning("Listeners failed, trying again: %s", failure)
        later = deliver.configure(schedule_at=listening.retry_at(attempt))
        later.defer(entry_id=entry_id, only=list[Any](failure.names), attempt=attempt + 1)
