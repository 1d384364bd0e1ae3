import pytest

from foredesk.logbook import listening
from foredesk.logbook.models import Entry


@pytest.fixture
def hear(db):
    """Run the listeners of every fact that was not heard yet, and of those that follow."""
    heard = [Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0]

    def run() -> None:
        while entry := Entry.objects.filter(pk__gt=heard[0]).order_by("pk").first():
            heard[0] = entry.pk
            listening.run_listeners(entry.pk)

    return run
