"""The cast: Ada (agent), Lea (lead), Ben (agent of another team), Lou (light agent), Adi (admin)."""

import pytest

from foredesk.logbook.actors import SYSTEM
from foredesk.people.inviting import add_agent
from foredesk.people.models import Team
from foredesk.plumbing.clock import now

PASSWORD = "correct horse battery"


def _agent(name, role, **fields):
    email = f"{name.lower()}@halden.example"
    return add_agent(
        email=email, name=name, role=role, password=PASSWORD, by=SYSTEM, at=now(), **fields
    )


@pytest.fixture
def payments(db):
    return Team.objects.create(name="Payments")


@pytest.fixture
def orders(db):
    return Team.objects.create(name="Orders")


@pytest.fixture
def ada(payments):
    return _agent("Ada", "agent", teams=[payments])


@pytest.fixture
def ben(orders):
    return _agent("Ben", "agent", teams=[orders], sees="teams")


@pytest.fixture
def lea(db):
    return _agent("Lea", "lead")


@pytest.fixture
def lou(db):
    return _agent("Lou", "light")


@pytest.fixture
def adi(db):
    return _agent("Adi", "admin")
