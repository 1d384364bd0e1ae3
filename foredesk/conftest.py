"""The cast: Ada (agent), Lea (lead), Ben (of another team), Lou (light agent), Adi (admin)."""

from functools import cache

import pytest
from django.contrib.auth.hashers import make_password

from foredesk.logbook.actors import SYSTEM
from foredesk.people.inviting import add_agent
from foredesk.people.models import Team
from foredesk.plumbing.clock import now

PASSWORD = "correct horse battery"


@cache
def _hash():
    """Hashing is slow by design: once for all is enough."""
    return make_password(PASSWORD)


def _agent(name, role, **fields):
    email = f"{name.lower()}@halden.example"
    agent = add_agent(email=email, name=name, role=role, by=SYSTEM, at=now(), **fields)
    agent.password = _hash()
    agent.save(update_fields=["password"])
    return agent


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
