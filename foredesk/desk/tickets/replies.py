"""Answer, note, take back, send again."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from foredesk.channels import answering_invitations
from foredesk.desk import parameters
from foredesk.desk.access import agents_only, me, ticket_or_404
from foredesk.desk.tickets import thread
from foredesk.plumbing.clock import now
from foredesk.tickets import delivery, noting, queries, replying, unsending, writing

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
    message = replying.reply(
        ticket,
        by=agent,
        at=now(),
        body_html=body,
        to=parameters.text(request, "to").strip(),
        cc=_people(request, "cc"),
        bcc=_people(request, "bcc"),
        then=request.POST.get("then") or "pending",
        undo_seconds=settings.ENV.undo_seconds,
        draft_id=draft_id,
    )
    return _answer(request, number, sent=message)


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
    context = thread.whole(request, ticket_or_404(request, number))
    return render(request, "desk/_after_reply.html", {**context, "toast": toast, "sent": sent})
