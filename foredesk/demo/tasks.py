"""Jobs of the demo."""

from foredesk.plumbing.clock import now
from foredesk.plumbing.jobs import app


@app.task(name="demo.add", queueing_lock="demo.add")
def add() -> None:
    """Load the demo workspace beside the people who are here."""
    from foredesk.demo import adding

    adding.add(at=now())
