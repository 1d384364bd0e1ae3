"""When and from where each session was last used, written at most every few minutes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse

from foredesk.desk.account import client_address
from foredesk.plumbing.clock import now

EVERY = timedelta(minutes=5)
MOST_REMEMBERED = 10_000


class Activity:
    """Middleware: notes that a session is in use. Costs no query while the note is fresh.

    allauth's own tracking writes at every request; a list of sessions needs no such precision.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._noted: OrderedDict[str, datetime] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = request.session.session_key
        if key and "_auth_user_id" in request.session:
            self._note(request, key, at=now())
        return response

    def _note(self, request: HttpRequest, key: str, *, at: datetime) -> None:
        noted_at = self._noted.get(key)
        if noted_at and at - noted_at < EVERY:
            return
        self._noted[key] = at
        self._noted.move_to_end(key)
        while len(self._noted) > MOST_REMEMBERED:
            self._noted.popitem(last=False)
        UserSession.objects.filter(session_key=key).update(
            last_seen_at=at,
            ip=client_address.of(request),
            user_agent=request.headers.get("User-Agent", "")[:200],
        )
