"""Who may open a screen. What they then see is decided by the rooms' queries."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url

from foredesk.people.permissions import NotAllowed
from foredesk.tickets import queries

ViewFunction = Callable[..., HttpResponseBase]


def me(request: HttpRequest) -> Any:
    """The agent who asks; behind `agents_only` there always is one."""
    return request.user


def agents_only(view: ViewFunction) -> ViewFunction:
    """Send strangers to the sign-in page; a fragment's request gets 401 with a sentence."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated:
            request.user = getattr(request, "_cached_user", user)  # no longer by a stand-in
        else:
            if request.headers.get("HX-Request"):
                words = "You were signed out. Reload the page and sign in again."
                return HttpResponse(f"<p data-error>{words}</p>", status=401)
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")
        return view(request, *args, **kwargs)

    return guarded


def allowed(may: Callable[[Any], bool], sentence: str) -> Callable[[ViewFunction], ViewFunction]:
    """Let only those in for whom `may(agent)` holds; others read `sentence`, status 403."""

    def decorate(view: ViewFunction) -> ViewFunction:
        @agents_only
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.user):
                raise NotAllowed(sentence)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def ticket_or_404(request: HttpRequest, number: int) -> Any:
    """The ticket that this agent may see. An unknown and a forbidden one look the same."""
    ticket = queries.ticket(me(request), number)
    if ticket is None:
        raise no_ticket(number)
    return ticket


def no_ticket(number: int) -> Http404:
    """What is said of a ticket that is not there or is hidden."""
    return Http404(f"There is no ticket #{number} that you can see.")
