"""Take the ticket that goes first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foredesk.desk.access import agents_only, me
from foredesk.plumbing.clock import now
from foredesk.routing import distributing


@require_POST
@agents_only
def take(request: HttpRequest) -> HttpResponse:
    """Give the person the next ticket and open it."""
    ticket = distributing.take_next(me(request), at=now())
    if ticket is None:
        messages.success(request, _("Nothing waits for you."))
        return _go(request, reverse("inbox"))
    return _go(request, reverse("ticket", args=[ticket.pk]))


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """Lead the page there; htmx is told to, since it would follow a redirect by itself."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
