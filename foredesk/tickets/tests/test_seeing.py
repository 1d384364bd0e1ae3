"""Until when an agent has read a ticket."""

from datetime import timedelta

import pytest

from foredesk.plumbing.clock import now
from foredesk.tickets import listing, seeing
from foredesk.tickets.models import Seen
from foredesk.tickets.tests.cases import answered
from foredesk.tickets.views import VIEWS

pytestmark = pytest.mark.django_db
OPEN = next(view for view in VIEWS if view.key == "open")


def _is_unread(agent):
    (row,) = listing.page(agent, OPEN).rows
    return not row.has_been_read


def test_reading_is_ones_own_and_lasts_until_the_customer_writes_again(ticket, ada, lea):
    assert _is_unread(ada)
    assert seeing.see(ticket, by=ada, at=now()) is True
    assert not _is_unread(ada)
    assert _is_unread(lea)
    assert seeing.see(ticket, by=ada, at=now()) is False
    answered(ticket, at=now() + timedelta(seconds=1))
    assert _is_unread(ada)
    assert seeing.see(ticket, by=ada, at=now() + timedelta(seconds=2)) is True
    assert not _is_unread(ada)
    assert Seen.objects.count() == 1


def test_a_ticket_can_be_marked_unread_by_its_reader_alone(ticket, ada, lea):
    for agent in (ada, lea):
        seeing.see(ticket, by=agent, at=now())
    seeing.unsee(ticket, by=ada)
    assert _is_unread(ada)
    assert not _is_unread(lea)
