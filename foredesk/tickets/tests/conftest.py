import pytest

from foredesk.tickets.tests import cases


@pytest.fixture
def ticket(db):
    """Cleo's new ticket, unassigned and of no team."""
    return cases.ticket_of()
