"""One change on many tickets. What can't be changed is named and left alone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from foredesk.channels import answering_as
from foredesk.desk import parameters
from foredesk.desk.access import agents_only, me
from foredesk.people import queries as people
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning, prioritising, progressing, queries, spamming, tagging
from foredesk.tickets.conflicts import Conflict, UnableToChange

MOST = 200


@require_POST
@agents_only
def create(request: HttpRequest) -> HttpResponse:
    """Apply `action` to the chosen tickets and report how it went."""
    agent = me(request)
    chosen = list(dict.fromkeys(parameters.several(request, "ticket")))
    if not chosen:
        raise UnableToChange("Choose at least one ticket first.")
    if len(chosen) > MOST:
        raise UnableToChange(f"Choose {MOST} tickets at most.")
    change = _change(request)
    done, left = 0, []
    for number in chosen:
        ticket = queries.ticket(agent, number)
        if ticket is None:
            left.append((number, "It is gone."))
            continue
        try:
            change(ticket, agent)
            done += 1
        except (UnableToChange, Conflict) as refused:
            left.append((number, str(refused)))
        except NotAllowed:
            raise
    return render(request, "desk/_bulk_report.html", {"done": done, "left": left})


def _change(request: HttpRequest) -> Any:
    action, value = request.POST.get("action", ""), parameters.text(request, "value").strip()
    at = now()
    if action == "status":
        return lambda ticket, me: progressing.set_status(ticket, value, by=me, at=at)
    if action == "assign":
        pk = me(request).pk if value == "me" else numbers.whole(value)
        to = people.agent(pk) if pk else None
        if value and to is None:
            raise UnableToChange("This person is no longer here. Choose somebody else.")
        return lambda ticket, me: assigning.assign(ticket, to, by=me, at=at)
    if action == "team":
        number = numbers.whole(value)
        team = people.team(number) if number else None
        if value and team is None:
            raise UnableToChange("This team is no longer here. Choose another one.")
        return lambda ticket, me: assigning.hand_to(ticket, team, by=me, at=at)
    if action == "brand":
        pk = numbers.whole(value) or 0
        brand = people.brand(pk) if pk else None
        if pk and brand is None:
            raise UnableToChange("This brand is no longer here. Choose another one.")
        return lambda ticket, me: answering_as.answer_as(ticket, brand, by=me, at=at)
    if action == "priority":
        priority = numbers.whole(value) or 0
        return lambda ticket, me: prioritising.prioritise(ticket, priority, by=me, at=at)
    if action == "tag" and value:
        return lambda ticket, me: tagging.change_tags(ticket, add=[value], by=me, at=at)
    if action == "spam":
        return lambda ticket, me: spamming.mark_as_spam(ticket, by=me, at=at)
    raise UnableToChange("Choose what to do with them.")
