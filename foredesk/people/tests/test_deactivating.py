"""Shutting an agent out at once."""

import pytest
from django.test import Client

from foredesk.conftest import PASSWORD
from foredesk.logbook.models import Entry
from foredesk.people import deactivating, inviting, keeping_admins, queries
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now


def test_every_session_of_theirs_dies_and_no_other(ada, adi):
    one, two, other = Client(), Client(), Client()
    one.force_login(ada)
    two.force_login(ada)
    other.force_login(adi)
    deactivating.deactivate(ada, by=adi, at=now())
    for client in (one, two):
        assert client.get("/inbox/").status_code == 302
        assert not client.session.get("_auth_user_id")
    assert other.get("/inbox/").status_code == 200


def test_a_reactivated_agent_has_to_sign_in_again(client, ada, adi):
    client.force_login(ada)
    deactivating.deactivate(ada, by=adi, at=now())
    deactivating.reactivate(ada, by=adi, at=now())
    assert client.get("/inbox/").status_code == 302
    assert client.login(email=ada.email, password=PASSWORD)
    assert client.get("/inbox/").status_code == 200


def test_their_unused_invitations_end(ada, adi):
    secret = inviting.invite(ada, at=now())
    deactivating.deactivate(ada, by=adi, at=now())
    deactivating.reactivate(ada, by=adi, at=now())
    assert inviting.invited_by(secret, at=now()) is None


def test_nobody_deactivates_themselves(adi, lea):
    with pytest.raises(deactivating.UnableToDeactivate, match="yourself"):
        deactivating.deactivate(adi, by=adi, at=now())


def test_the_last_admin_stays(adi):
    from foredesk.logbook.actors import SYSTEM

    with pytest.raises(keeping_admins.LastAdmin):
        deactivating.deactivate(adi, by=SYSTEM, at=now())
    assert queries.agent(adi.pk).is_active


def test_only_admins_deactivate(ada, ben):
    with pytest.raises(NotAllowed):
        deactivating.deactivate(ben, by=ada, at=now())


def test_doing_it_twice_records_one_fact(ada, adi):
    for _ in range(2):
        deactivating.deactivate(ada, by=adi, at=now())
    found = Entry.objects.filter(about_kind="agent", about_id=ada.pk)
    assert found.filter(kind="people.AgentDeactivated").count() == 1
