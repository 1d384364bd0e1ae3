"""Say that I am reading or typing here."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from foredesk.desk.access import agents_only, me, ticket_or_404
from foredesk.plumbing.clock import now
from foredesk.realtime import presence
from foredesk.tickets.conflicts import UnableToChange


@require_POST
@agents_only
def create(request: HttpRequest, number: int) -> HttpResponse:
    """Note my state on this ticket: reading, typing or gone. Sent every few seconds."""
    ticket = ticket_or_404(request, number)
    state = request.POST.get("state", "")
    topic = f"ticket-{ticket.pk}"
    if state == "gone":
        presence.leave(topic=topic, agent_id=me(request).pk)
    elif state in presence.STATES:
        presence.appear(topic=topic, agent_id=me(request).pk, state=state, at=now())
    else:
        raise UnableToChange("Say reading, typing or gone.")
    return HttpResponse(status=204)
