"""Who asks: the agent that came with the session, else whom Django finds."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware, auser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject


class Recognising(AuthenticationMiddleware):
    """Django's own middleware without its query for the user."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: _user(request))  # type: ignore[assignment]
        request.auser = partial(auser, request)


def _user(request: Any) -> Any:
    if not hasattr(request, "_cached_user"):
        agent = _agent(request)
        request._cached_user = agent if agent is not None else auth.get_user(request)
    return request._cached_user


def _agent(request: Any) -> Any:
    """The session's agent when all is as it should be: active, and the password still the same.

    In every other case Django's way decides, which also ends such sessions.
    """
    data = request.session
    signed = data.get(auth.HASH_SESSION_KEY)  # reads the session
    agent = getattr(data, "agent", None)
    if agent is None or not agent.is_active or not signed:
        return None
    if data.get(auth.SESSION_KEY) != str(agent.pk):
        return None
    if data.get(auth.BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    return agent if constant_time_compare(signed, _seal(agent.password)) else None


@lru_cache(1000)
def _seal(password: str) -> str:
    """What the session of somebody with this password (its hash) was sealed with."""
    anybody: Any = auth.get_user_model()(password=password)
    return str(anybody.get_session_auth_hash())
