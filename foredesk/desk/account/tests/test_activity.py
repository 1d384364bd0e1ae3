"""The list of sessions knows when each was last used, at almost no cost."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from foredesk.desk.account.activity import EVERY, Activity
from foredesk.logbook.actors import Actor
from foredesk.people import inviting
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(client):
    cache.clear()
    system = Actor("system", None, "test")
    password = "four plain words here"
    ada = inviting.add_agent(
        email="ada@halden.example",
        name="Ada",
        role="agent",
        by=system,
        at=now(),
        password=password,
    )
    client.post(reverse("account_login"), {"login": ada.email, "password": password})
    return ada.usersession_set.get()


def test_a_fresh_note_costs_no_query(client, session, django_assert_num_queries):
    activity = Activity(lambda request: HttpResponse())
    request = RequestFactory().get("/", HTTP_USER_AGENT="Firefox/1", REMOTE_ADDR="203.0.113.7")
    request.session = client.session
    request.session["_auth_user_id"]  # loaded, as in any request of a signed-in agent
    with django_assert_num_queries(1):
        activity(request)
    with django_assert_num_queries(0):
        activity(request)
    session.refresh_from_db()
    assert session.ip == "203.0.113.7"
    assert session.user_agent == "Firefox/1"


def test_an_old_note_is_renewed(client, session):
    activity = Activity(lambda request: HttpResponse())
    request = RequestFactory().get("/")
    first = now()
    activity._note(request, session.session_key, at=first)
    activity._note(request, session.session_key, at=first + EVERY / 2)
    session.refresh_from_db()
    assert session.last_seen_at == first
    later = first + EVERY + timedelta(seconds=1)
    activity._note(request, session.session_key, at=later)
    session.refresh_from_db()
    assert session.last_seen_at == later
