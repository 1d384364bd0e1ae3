"""Say whether one is here."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foredesk.desk.access import agents_only, me
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now
from foredesk.routing import being_here, queries


@require_POST
@agents_only
def save(request: HttpRequest) -> HttpResponse:
    """Set one's own state and come back to the page."""
    agent = me(request)
    try:
        row = being_here.set_state(agent, request.POST.get("state", ""), by=agent, at=now())
    except Refused as why:
        messages.error(request, str(why))
    else:
        label = dict(queries.STATES)[row.state]
        messages.success(request, _("You are set to: %(state)s.") % {"state": label})
    back = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if is_ours else "inbox")


@require_POST
@agents_only
def active(request: HttpRequest) -> HttpResponse:
    """Note that the person moved; the page says so once a minute at most."""
    being_here.note_activity(me(request), at=now())
    return HttpResponse(status=204)
