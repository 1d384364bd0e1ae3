import pytest
from django.test import Client

from foredesk.tickets.tests import cases


@pytest.fixture
def ticket(db):
    """Cleo's new ticket, unassigned and of no team."""
    return cases.ticket_of()


@pytest.fixture
def browser(ada):
    """A browser in which Ada is signed in."""
    client = Client()
    client.force_login(ada)
    return client
