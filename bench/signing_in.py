"""A signed-in agent, made in the database as a sign-in would make it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from bench.loading import CSRF
from foredesk.logbook.actors import SYSTEM
from foredesk.people.inviting import add_agent
from foredesk.people.models import Agent
from foredesk.plumbing.clock import now


def cookie() -> str:
    """The Cookie header of a new session of the bench's admin."""
    agent = Agent.objects.filter(email="admin@bench.example").first() or add_agent(
        email="admin@bench.example", name="Ada Bench", role="admin", by=SYSTEM, at=now()
    )
    request = RequestFactory().get("/", HTTP_HOST="localhost")
    request.session = SessionStore()
    login(request, agent, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return (
        f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}; "
        f"{settings.CSRF_COOKIE_NAME}={CSRF}"
    )
