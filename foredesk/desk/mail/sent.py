"""Every mail that went out, or is kept because nothing leaves the house yet."""

import base64
import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from foredesk.channels import queries
from foredesk.channels.mail import reading as mail_reading
from foredesk.desk.access import agents_only
from foredesk.desk.mail.states import PURPOSES, STATES
from foredesk.desk.tickets.files import FRAME_STYLE
from foredesk.files import reading, scanning, sniffing
from foredesk.plumbing.clock import now

PAGE = 50
LARGEST_SHOWN = 4 * 1024 * 1024  # bytes of one picture that is shown inside the text
CID = re.compile(r'"cid:([^"<>\s]{1,300})"')


@require_GET
@agents_only
def index(request: HttpRequest) -> HttpResponse:
    """The list, newest first, 50 at a time."""
    before = request.GET.get("before", "")
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    found = queries.dispatches(
        request.user,  # type: ignore[arg-type]
        state=state,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
        limit=PAGE + 1,
    )
    context = {
        "rows": [_row(one) for one in found[:PAGE]],
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
        "state": state,
        "states": STATES,
        "is_first": not before,
        "can_send": queries.can_send(),
    }
    return render(request, "desk/mail/sent.html", context)


def _row(one: Any) -> dict[str, Any]:
    return {
        "pk": one.pk,
        "subject": one.subject,
        "to": one.to,
        "at": one.at,
        "state": STATES.get(one.state, ("", "mail", one.state)),
        "note": one.note,
        "ticket": one.ticket_id,
        "purpose": PURPOSES.get(one.purpose, one.purpose),
        "mailbox": one.mailbox,
    }


@require_GET
@agents_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as it was composed, and what became of it."""
    one = _dispatch(request, pk)
    mail = None
    if one.blob_id:
        try:
            mail = mail_reading.read(reading.read(one.blob_id))
        except reading.Missing:
            mail = None
    context = {
        "row": _row(one),
        "mail": mail,
        "files": [{"name": f.name, "size": len(f.data)} for f in mail.files] if mail else [],
        "mail_from": one.mail_from,
        "attempts": one.attempts,
        "transcript": one.transcript,
        "has_bytes": mail is not None,
    }
    return render(request, "desk/mail/sent_one.html", context)


@require_GET
@agents_only
@xframe_options_sameorigin
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail's HTML as a document of its own, in a sandbox, with its own pictures alone."""
    mail = mail_reading.read(_bytes(_dispatch(request, pk)))
    pictures = {file.content_id: file.data for file in mail.files if file.content_id}

    def inside(match: re.Match[str]) -> str:
        data = pictures.get(match[1], b"")
        kind = sniffing.picture(data[:16])
        if not kind or len(data) > LARGEST_SHOWN:
            return '""'
        return f'"data:{kind};base64,{base64.b64encode(data).decode()}"'

    body = CID.sub(inside, mail.html)
    page = (
        "<!doctype html><html><head><meta charset=utf-8><meta name=referrer content=no-referrer>"
        f"<base target=_blank><style>{FRAME_STYLE}</style></head><body>{body}</body></html>"
    )
    response = HttpResponse(page)
    response["Content-Security-Policy"] = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'; "
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@agents_only
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes, as a file."""
    one = _dispatch(request, pk)
    data = _bytes(one)
    scanning.must_be_clean(one.blob_id, at=now())
    return eml(data, f"sent-{pk}.eml")


def eml(data: bytes, name: str) -> HttpResponse:
    """Raw mail as a download that no browser runs."""
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def _dispatch(request: HttpRequest, pk: int) -> Any:
    found = queries.dispatch(request.user, pk)  # type: ignore[arg-type]
    if found is None:
        raise Http404("There is no such mail that you can see.")
    return found


def _bytes(one: Any) -> bytes:
    if not one.blob_id:
        raise Http404("This mail has not been written yet.")
    try:
        return reading.read(one.blob_id)
    except reading.Missing as gone:
        raise Http404(str(gone)) from None
