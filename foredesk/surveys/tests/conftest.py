from datetime import timedelta

import pytest

from foredesk.channels.models import Mailbox
from foredesk.logbook import listening
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.plumbing.clock import now
from foredesk.surveys import asking, planning
from foredesk.surveys.models import Survey
from foredesk.tickets import assigning, progressing, replying
from foredesk.tickets.models import Delivery, Message, Ticket
from foredesk.tickets.tests import cases


@pytest.fixture(autouse=True)
def mailbox(db):
    """A mailbox that surveys leave from."""
    at = now()
    return Mailbox.objects.create(
        name="Help", address="help@shop.example", is_default=True, created_at=at, changed_at=at
    )


@pytest.fixture
def plan(db):
    """Surveys are on, and asked at once."""
    return planning.change(is_on=True, delay_hours=0, by=SYSTEM, at=now() - timedelta(days=9))


@pytest.fixture
def solve(ada):
    """A ticket of a customer who proved their address, answered and solved by Ada."""

    def make(at=None, **fields) -> Ticket:
        at = at or now()
        ticket = cases.arrive(**{"verdict": "pass", **fields}, at=at).ticket
        assigning.assign(ticket, ada, by=ada, at=at)
        replying.reply(ticket, by=ada, at=at, body_html="<p>Sent again.</p>")
        Message.objects.filter(ticket=ticket, author_kind="agent").update(delivery=Delivery.SENT)
        progressing.set_status(cases.afresh(ticket), "solved", by=ada, at=at)
        return cases.afresh(ticket)

    return make


@pytest.fixture
def asked(plan, solve):
    """The survey about a solved ticket, sent this moment."""
    ticket = solve()
    assert asking.ask_due(at=now()) == 1
    Message.objects.filter(delivery=Delivery.QUEUED).update(delivery=Delivery.SENT)
    return Survey.objects.select_related("ticket", "customer").get(ticket=ticket)


@pytest.fixture
def hear(db):
    """Run the listeners of every fact that was not heard yet, twice: a job may run again."""
    heard = [Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0]

    def run() -> None:
        for entry in Entry.objects.filter(pk__gt=heard[0]).order_by("pk"):
            heard[0] = entry.pk
            for _ in range(2):
                listening.run_listeners(entry.pk)

    return run
