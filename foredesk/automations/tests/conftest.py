import pytest

from foredesk.channels.models import Mailbox
from foredesk.logbook import listening
from foredesk.logbook.models import Entry
from foredesk.plumbing.clock import now


@pytest.fixture
def hear(db):
    """Run the listeners of every fact that was not heard yet, and of those that follow."""
    heard = [Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0]

    def run() -> None:
        while entry := Entry.objects.filter(pk__gt=heard[0]).order_by("pk").first():
            heard[0] = entry.pk
            listening.run_listeners(entry.pk)

    return run


@pytest.fixture
def mailbox_of_shop(db):
    """A mailbox that answers come from."""
    at = now()
    return Mailbox.objects.create(
        name="Help", address="help@shop.example", is_default=True, created_at=at, changed_at=at
    )
