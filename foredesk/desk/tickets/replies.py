"""Answer, note, take back, send again."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from foredesk.channels import addressing, answering_invitations
from foredesk.desk import parameters
from foredesk.desk.access import agents_only, me, ticket_or_404
from foredesk.desk.tickets import thread
from foredesk.plumbing.clock import now
from foredesk.tickets import delivery, noting, queries, replying, scheduling, unsending, writing
from foredesk.tickets.conflicts import UnableToChange

LONGEST_HTML = writing.LONGEST_BODY


@require_POST
@agents_only
def create(request: HttpRequest, number: int) -> HttpResponse:
    """Send what the composer holds, as a reply or as an internal note."""
    ticket = ticket_or_404(request, number)
    agent = me(request)
    body = parameters.text(request, "body", longest=LONGEST_HTML)
    draft_id = parameters.whole(request, "draft")
    if request.POST.get("kind") == "note":
        noting.note(ticket, by=agent, at=now(), body_html=body, draft_id=draft_id)
        return _answer(request, number, toast="Note added")
    said: dict[str, Any] = {
        "body_html": body,
        "to": parameters.text(request, "to").strip(),
        "cc": _people(request, "cc"),
        "bcc": _people(request, "bcc"),
        "then": request.POST.get("then") or "pending",
        "sender": _sender(request, ticket),
        "draft_id": draft_id,
    }
    later = request.POST.get("later") or ""
    if later == "at":
        later = request.POST.get("later_at") or "never"
    if later:
        at = parameters.moment(later)
        scheduling.schedule(ticket, by=agent, at=now(), send_at=at, **said)
        return _answer(request, number, toast="It waits for its time, below the conversation.")
    undo = settings.ENV.undo_seconds
    message = replying.reply(ticket, by=agent, at=now(), undo_seconds=undo, **said)
    return _answer(request, number, sent=message)


@require_POST
@agents_only
def scheduled(request: HttpRequest, number: int) -> HttpResponse:
    """Send a waiting reply now, give it another time, or take it back."""
    ticket = ticket_or_404(request, number)
    draft = queries.scheduled(ticket, parameters.whole(request, "draft") or 0)
    if draft is None:
        raise UnableToChange("Too late: it was sent or taken back meanwhile.")
    agent, wish = me(request), request.POST.get("do")
    if wish == "send":
        undo = settings.ENV.undo_seconds
        message = scheduling.send_now(draft, by=agent, at=now(), undo_seconds=undo)
        return _answer(request, number, sent=message)
    if wish == "move":
        at = parameters.moment(request.POST.get("send_at", ""))
        scheduling.move(draft, send_at=at, by=agent, at=now())
        return _answer(request, number, toast="It has another time now.")
    if wish == "back":
        scheduling.take_back(draft, by=agent, at=now())
        mine = draft.agent_id == agent.pk
        toast = "Taken back. Your text is in the composer." if mine else "It will not be sent."
        return _answer(request, number, toast=toast)
    raise UnableToChange("Say whether to send it, to move it or to take it back.")


def _sender(request: HttpRequest, ticket: Any) -> dict[str, str]:
    """The sender that was chosen, by its place in the list; the first is the mailbox's own."""
    chosen = parameters.whole(request, "sender") or 0
    choices = addressing.identities_of(ticket)
    if not 0 < chosen < len(choices):
        return {}
    return choices[chosen]


def _people(request: HttpRequest, name: str) -> list[str]:
    return parameters.text(request, name).replace(";", ",").split(",")


@require_POST
@agents_only
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a reply back while it still waits; its text returns to the composer."""
    message = _message(request, public_id)
    unsending.unsend(message, by=me(request), at=now())
    return _answer(request, message.ticket_id, toast="Taken back. Your text is in the composer.")


@require_POST
@agents_only
def send_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """Try once more to send a reply that failed, was kept or may have been sent."""
    message = _message(request, public_id)
    delivery.requeue(message, by=me(request), at=now())
    return _answer(request, message.ticket_id, toast="It will be tried again now.")


@require_POST
@agents_only
def answer_invitation(request: HttpRequest, public_id: str) -> HttpResponse:
    """Accept or decline the meeting that a message invites to, or say perhaps."""
    message = _message(request, public_id)
    choice = parameters.text(request, "answer", longest=20)
    reply = answering_invitations.answer(
        message, choice=choice, by=me(request), at=now(), undo_seconds=settings.ENV.undo_seconds
    )
    return _answer(request, message.ticket_id, sent=reply)


def _message(request: HttpRequest, public_id: str) -> Any:
    message = queries.message(me(request), public_id)
    if message is None:
        raise Http404("There is no such message.")
    return message


def _answer(
    request: HttpRequest, number: int, *, toast: str = "", sent: Any = None
) -> HttpResponse:
    """The ticket's pane anew, with a fresh composer; a plain form goes back to the page."""
    if not request.headers.get("HX-Request"):
        return redirect(f"/tickets/{number}/")
    context = thread.whole(request, number)
    return render(request, "desk/_after_reply.html", {**context, "toast": toast, "sent": sent})
