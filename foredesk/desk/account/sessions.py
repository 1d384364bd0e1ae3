"""Where someone is signed in, and signing out there."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foredesk.desk.access import agents_only
from foredesk.desk.account import devices


@agents_only
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The list, this device first, then by last use."""
    found = [_row(request, session) for session in _sessions(request)]
    found.sort(key=lambda row: (row["is_current"], row["seen_at"]), reverse=True)
    return render(request, "usersessions/usersession_list.html", {"sessions": found})


@agents_only
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out on one other device."""
    session = UserSession.objects.filter(pk=pk, user_id=request.user.pk).first()
    if session is None:
        raise Http404("There is no such session of yours.")
    if session.session_key == request.session.session_key:
        messages.error(request, _("This is the device you are on. Use Sign out instead."))
    else:
        session.end()
        messages.success(request, _("Signed out there."))
    return redirect("usersessions_list")


@agents_only
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    others = [s for s in _sessions(request) if s.session_key != request.session.session_key]
    for session in others:
        session.end()
    messages.success(request, _("Signed out on all other devices."))
    return redirect("usersessions_list")


def _sessions(request: HttpRequest) -> list[UserSession]:
    user: Any = request.user
    return UserSession.objects.purge_and_list(user)


def _row(request: HttpRequest, session: UserSession) -> dict[str, Any]:
    return {
        "pk": session.pk,
        "device": devices.describe(session.user_agent),
        "is_phone": devices.is_phone(session.user_agent),
        "ip": session.ip,
        "since": session.created_at,
        "seen_at": session.last_seen_at,
        "is_current": session.session_key == request.session.session_key,
    }
