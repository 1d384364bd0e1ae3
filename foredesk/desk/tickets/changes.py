"""Small changes of one ticket: status, assignee, team, priority, tags, subject, snooze, spam."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from foredesk.channels import answering_as
from foredesk.desk import parameters
from foredesk.desk.access import ViewFunction, agents_only, me, ticket_or_404
from foredesk.desk.tickets import thread
from foredesk.people import queries as people
from foredesk.plumbing.clock import now
from foredesk.tickets import (
    assigning,
    closing,
    prioritising,
    progressing,
    renaming,
    seeing,
    snoozing,
    spamming,
    tagging,
)
from foredesk.tickets.conflicts import UnableToChange

Change = Callable[[HttpRequest, Any], str]


def _view(change: Change) -> ViewFunction:
    """A POST that changes one ticket and answers with its pane; `change` returns the toast."""

    @require_POST
    @agents_only
    def view(request: HttpRequest, number: int) -> HttpResponse:
        toast = change(request, ticket_or_404(request, number))
        try:
            context = thread.whole(request, number)
        except Http404:
            return _away(request, toast)
        if not request.headers.get("HX-Request"):
            return redirect(f"/tickets/{number}/")
        return render(request, "desk/_live.html", {**context, "toast": toast})

    return view


def _away(request: HttpRequest, toast: str) -> HttpResponse:
    """The change took the ticket to where this person doesn't see it: back to the list."""
    messages.success(request, toast)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("inbox")})
    return redirect("inbox")


def _status(request: HttpRequest, ticket: Any) -> str:
    wanted = request.POST.get("status", "")
    by: Any = me(request)
    if wanted == "closed":
        closing.close(ticket, by=by, at=now())
        return "Closed"
    was = parameters.seen(request, is_number=False)
    progressing.set_status(ticket, wanted, by=by, at=now(), seen=was)
    return "Solved" if wanted == "solved" else ""


def _assignment(request: HttpRequest, ticket: Any) -> str:
    by: Any = me(request)
    pk = by.pk if request.POST.get("agent") == "me" else parameters.whole(request, "agent")
    to = people.agent(pk) if pk else None
    if pk and to is None:
        raise UnableToChange("This person is no longer here. Choose somebody else.")
    was = parameters.seen(request, is_number=True)
    assigning.assign(ticket, to, by=by, at=now(), seen=was)
    return f"Given to {to.name}" if to else "Nobody has it now"


def _team(request: HttpRequest, ticket: Any) -> str:
    pk = parameters.whole(request, "team")
    team = people.team(pk) if pk else None
    if pk and team is None:
        raise UnableToChange("This team is no longer here. Choose another one.")
    was = parameters.seen(request, is_number=True)
    assigning.hand_to(ticket, team, by=me(request), at=now(), seen=was)
    return f"Handed to {team.name}" if team else "Taken out of its team"


def _brand(request: HttpRequest, ticket: Any) -> str:
    pk = parameters.whole(request, "brand")
    brand = people.brand(pk) if pk else None
    if pk and brand is None:
        raise UnableToChange("This brand is no longer here. Choose another one.")
    was = parameters.seen(request, is_number=True)
    answering_as.answer_as(ticket, brand, by=me(request), at=now(), seen=was)
    return f"Answered as {people.brand_card(pk).name} from now on"


def _priority(request: HttpRequest, ticket: Any) -> str:
    was = parameters.seen(request, is_number=True)
    wanted = parameters.whole(request, "priority") or 0
    prioritising.prioritise(ticket, wanted, by=me(request), at=now(), seen=was)
    return ""


def _tags(request: HttpRequest, ticket: Any) -> str:
    add = [tag for tag in parameters.text(request, "add").split(",") if tag.strip()]
    remove = [tag for tag in parameters.text(request, "remove").split(",") if tag.strip()]
    tagging.change_tags(ticket, add=add, remove=remove, by=me(request), at=now())
    return ""


def _subject(request: HttpRequest, ticket: Any) -> str:
    was = parameters.seen(request, is_number=False)
    subject = parameters.text(request, "subject")
    renaming.rename(ticket, subject, by=me(request), at=now(), seen=was)
    return ""


def _snooze(request: HttpRequest, ticket: Any) -> str:
    by: Any = me(request)
    if not request.POST.get("until"):
        snoozing.wake(ticket, by=by, at=now())
        return "Back in the list"
    until = parameters.moment(request.POST["until"])
    snoozing.snooze(ticket, until=until, by=by, at=now())
    return "Snoozed. It comes back by itself, or when the customer writes."


def _spam(request: HttpRequest, ticket: Any) -> str:
    by: Any = me(request)
    if request.POST.get("spam") == "0":
        spamming.restore_from_spam(ticket, by=by, at=now())
        return "Restored"
    spamming.mark_as_spam(ticket, by=by, at=now())
    return "Moved to Spam"


def _unread(request: HttpRequest, ticket: Any) -> str:
    seeing.unsee(ticket, by=me(request))
    return "Marked as unread"


status = _view(_status)
assignment = _view(_assignment)
team = _view(_team)
brand = _view(_brand)
priority = _view(_priority)
tags = _view(_tags)
subject = _view(_subject)
snooze = _view(_snooze)
spam = _view(_spam)
unread = _view(_unread)
