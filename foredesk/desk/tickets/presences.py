"""Say that I am reading or typing here."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from foredesk.desk.access import agents_only, me, ticket_or_404
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.realtime import presence
from foredesk.tickets import working_on
from foredesk.tickets.conflicts import UnableToChange

LONGEST = 600  # seconds between two words


@require_POST
@agents_only
def create(request: HttpRequest, number: int) -> HttpResponse:
    """Note my state on this ticket: reading, typing or gone. Sent every few seconds, with the
    seconds in which I worked on it since."""
    ticket = ticket_or_404(request, number)
    state = request.POST.get("state", "")
    worked = numbers.whole(request.POST.get("worked", ""))
    topic = f"ticket-{ticket.pk}"
    if state == "gone":
        presence.leave(topic=topic, agent_id=me(request).pk)
    elif state in presence.STATES:
        presence.appear(topic=topic, agent_id=me(request).pk, state=state, at=now())
    else:
        raise UnableToChange("Say reading, typing or gone.")
    if worked is not None:
        seconds = min(max(worked, 0), LONGEST)
        working_on.work(ticket, seconds=seconds, is_over=state == "gone", by=me(request), at=now())
    return HttpResponse(status=204)
