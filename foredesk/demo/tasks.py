"""Jobs of the demo."""

from django.core.cache import cache

from foredesk.plumbing.clock import now
from foredesk.plumbing.jobs import app

REFUSED = "demo.refused"
REMEMBERED = 3600  # seconds


@app.task(name="demo.add", queueing_lock="demo.add")
def add() -> None:
    """Load the demo workspace beside the people who are here; a refusal is told to who asked."""
    from foredesk.demo import adding, loading

    cache.delete(REFUSED)
    try:
        adding.add(at=now())
    except loading.UnableToLoad as why:
        cache.set(REFUSED, str(why), timeout=REMEMBERED)
