"""Mail that was not let in, or could not be read: nothing is thrown away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from foredesk.channels import forgetting, queries, recovering
from foredesk.channels.mail import reading as mail_reading
from foredesk.desk import parameters
from foredesk.desk.access import allowed
from foredesk.desk.mail.sent import eml
from foredesk.desk.settings import admins_only
from foredesk.files import reading, scanning
from foredesk.logbook.freshness import Kept
from foredesk.people.permissions import can_release
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.tickets.conflicts import UnableToChange

PAGE = 50
LONGEST_SHOWN = 20_000  # characters
WORDS = {
    "suspended": ("warn", "shield", gettext_lazy("Suspended")),
    "unreadable": ("bad", "file", gettext_lazy("Unreadable")),
}

leads_only = allowed(can_release, "Leads and admins see this page. Ask one of them.")


waiting = Kept(queries.aside_count, seconds=5)
"""How many mails wait for a person, as it was at most five seconds ago."""
forget = waiting.forget
"""Count anew at the next page."""


@require_GET
@leads_only
def index(request: HttpRequest) -> HttpResponse:
    """The list, newest first, with the reason of each."""
    before = numbers.whole(request.GET.get("before", ""))
    state = request.GET.get("state", "")
    state = state if state in WORDS else ""
    found = queries.envelopes_aside(state=state, before=before, limit=PAGE + 1)
    context = {
        "rows": [_row(one) for one in found[:PAGE]],
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
        "is_first": before is None,
        "state": state,
        "words": WORDS,
        "counts": queries.aside_counts(),
    }
    return render(request, "desk/mail/suspended.html", context)


@require_GET
@leads_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as plain text, to decide on it; nothing in it runs or loads."""
    one = _envelope(pk)
    text = ""
    files: list[dict[str, Any]] = []
    try:
        mail = mail_reading.read(queries.raw_of(one))
        text = mail.text[:LONGEST_SHOWN]
        files = [{"name": file.name, "size": len(file.data)} for file in mail.files]
    except reading.Missing:
        mail = None
    context = {"row": _row(one), "text": text, "files": files, "is_here": mail is not None}
    return render(request, "desk/mail/suspended_one.html", context)


@require_GET
@admins_only
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they arrived."""
    one = _envelope(pk)
    try:
        data = queries.raw_of(one)
        scanning.must_be_clean(one.blob_id, at=now())
        return eml(data, f"mail-{pk}.eml")
    except reading.Missing as gone:
        raise Http404(str(gone)) from None


@require_POST
@leads_only
def decide(request: HttpRequest) -> HttpResponse:
    """Let in (`recover`) or forget the chosen mails; one of them alone when its button was pressed.

    What a colleague decided on meanwhile is left as it is.
    """
    action, _sep, alone = parameters.text(request, "do").partition("-")
    if action not in ("recover", "forget"):
        raise UnableToChange("Say whether to let the mails in or to forget them.")
    if alone:
        number = numbers.whole(alone)
        if number is None:
            raise UnableToChange("There is no such mail.")
        chosen = [number]
    else:
        chosen = parameters.several(request, "mail")
    if not chosen:
        raise UnableToChange("Choose at least one mail.")
    done = sum(_decide(request, action, pk) for pk in dict.fromkeys(chosen[:500]))
    forget()
    messages.success(request, _said(action, done))
    return redirect("suspended_mail")


def _decide(request: HttpRequest, action: str, pk: int) -> int:
    one = queries.envelope(pk)
    if one is None:
        return 0
    ability = recovering.recover if action == "recover" else forgetting.forget
    try:
        ability(one, by=request.user, at=now())  # type: ignore[arg-type]
    except forgetting.NothingAside:
        return 0
    return 1


def _said(action: str, done: int) -> str:
    if not done:
        return _("Somebody was faster: there was nothing left to do.")
    if action == "forget":
        return ngettext("%(n)d mail forgotten.", "%(n)d mails forgotten.", done) % {"n": done}
    return ngettext(
        "%(n)d mail is being let in. What can't be read comes back here.",
        "%(n)d mails are being let in. What can't be read comes back here.",
        done,
    ) % {"n": done}


def _row(one: Any) -> dict[str, Any]:
    return {
        "pk": one.pk,
        "at": one.received_at,
        "author": one.author or one.mail_from.strip("<>"),
        "subject": one.subject,
        "to": one.mailbox.address if one.mailbox else ", ".join(one.rcpt_to[:3]),
        "reason": one.reason,
        "size": one.blob.size if one.blob else None,
        "state": WORDS[one.state],
        "is_unreadable": one.state == "unreadable",
    }


def _envelope(pk: int) -> Any:
    found = queries.envelope(pk)
    if found is None or found.state not in WORDS:
        raise Http404("This mail is not on the list any more.")
    return found
