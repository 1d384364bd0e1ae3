"""Until when an agent has read a ticket."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from foredesk.plumbing.clock import now
from foredesk.tickets import listing, reading, seeing
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
    reading.read(ada, ticket.pk)
    assert _is_unread(ada)
    first, later = now(), now() + timedelta(seconds=2)
    reading.read(ada, ticket.pk, seen_until=first)
    assert not _is_unread(ada)
    assert _is_unread(lea)
    reading.read(ada, ticket.pk, seen_until=later)
    assert Seen.objects.get().at == first  # there was nothing new, so nothing was written
    answered(ticket, at=now() + timedelta(seconds=1))
    assert _is_unread(ada)
    reading.read(ada, ticket.pk, seen_until=later)
    assert not _is_unread(ada)
    assert Seen.objects.get().at == later


def test_a_ticket_can_be_marked_unread_by_its_reader_alone(ticket, ada, lea):
    for agent in (ada, lea):
        reading.read(agent, ticket.pk, seen_until=now())
    seeing.unsee(ticket, by=ada)
    assert _is_unread(ada)
    assert not _is_unread(lea)


@pytest.fixture
def waited_for():
    """Whether commits wait for the disk, as they do on every desk but those of the tests."""

    def ask(statement="show synchronous_commit"):
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.description is not None and cursor.fetchone()[0] == "on"

    ask("set synchronous_commit to on")
    yield ask
    ask("reset synchronous_commit")


@pytest.mark.django_db(transaction=True)
def test_a_page_does_not_wait_for_the_disk_and_what_is_written_beside_it_does(
    ticket, ada, lea, waited_for
):
    with CaptureQueriesContext(connection) as captured:
        reading.read(ada, ticket.pk, seen_until=now())
    assert any("'synchronous_commit', 'off'" in one["sql"] for one in captured)
    assert not _is_unread(ada)
    assert waited_for()
    with transaction.atomic():
        reading.read(lea, ticket.pk, seen_until=now())
        assert waited_for()
    assert not _is_unread(lea)
