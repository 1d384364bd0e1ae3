"""Shutting agents out."""

import pytest

from foredesk.logbook.models import Entry
from foredesk.people import deactivating, inviting
from foredesk.people.models import Agent
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db


def facts(agent: Agent) -> list[str]:
    found = Entry.objects.filter(about_kind="agent", about_id=agent.pk).order_by("id")
    return [entry.kind for entry in found]


def test_a_deactivated_agent_is_out_and_their_invitation_dead(ada: Agent, adi: Agent) -> None:
    link = inviting.invite(ada, at=now())
    deactivating.deactivate(ada, by=adi, at=now())
    ada.refresh_from_db()
    assert not ada.is_active
    assert inviting.invited_by(link, at=now()) is None
    assert facts(ada)[-1] == "people.AgentDeactivated"


def test_doing_it_twice_records_one_fact(ada: Agent, adi: Agent) -> None:
    for _ in range(2):
        deactivating.deactivate(ada, by=adi, at=now())
    assert facts(ada).count("people.AgentDeactivated") == 1


def test_the_last_admin_stays(adi: Agent, ada: Agent) -> None:
    with pytest.raises(deactivating.UnableToDeactivate, match="Adi is the only admin"):
        deactivating.deactivate(adi, by=adi, at=now())
    adi.refresh_from_db()
    assert adi.is_active


def test_a_deactivated_agent_comes_back(ada: Agent, adi: Agent) -> None:
    deactivating.deactivate(ada, by=adi, at=now())
    deactivating.reactivate(ada, by=adi, at=now())
    ada.refresh_from_db()
    assert ada.is_active
    assert facts(ada)[-1] == "people.AgentReactivated"
