"""Mail that arrived and could not be read: nothing is thrown away."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foredesk.channels import forgetting, opening, queries
from foredesk.desk.access import allowed
from foredesk.desk.mail.sent import eml
from foredesk.desk.settings import admins_only
from foredesk.files import reading
from foredesk.people.permissions import can_see_health
from foredesk.plumbing.clock import now

PAGE = 50

leads_only = allowed(can_see_health, "Leads and admins see this page. Ask one of them.")


@require_GET
@leads_only
def index(request: HttpRequest) -> HttpResponse:
    """The list, newest first, with the reason of each."""
    before = request.GET.get("before", "")
    found = queries.envelopes_aside(
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
        limit=PAGE + 1,
    )
    rows = [
        {
            "pk": one.pk,
            "at": one.received_at,
            "from": one.mail_from,
            "to": one.rcpt_to,
            "mailbox": one.mailbox,
            "reason": one.reason,
            "size": one.blob.size if one.blob else None,
        }
        for one in found[:PAGE]
    ]
    context = {"rows": rows, "next": found[PAGE - 1].pk if len(found) > PAGE else None}
    return render(request, "desk/mail/unreadable.html", context)


@require_GET
@admins_only
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they arrived."""
    one = _envelope(pk)
    if not one.blob_id:
        raise Http404("The mail server did not hand over its bytes.")
    try:
        return eml(reading.read(one.blob_id), f"unreadable-{pk}.eml")
    except reading.Missing as gone:
        raise Http404(str(gone)) from None


@require_POST
@admins_only
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it again, after an upgrade for instance."""
    opening.retry(_envelope(pk), at=now())
    messages.success(request, _("It is being read again. If that fails, it comes back here."))
    return redirect("unreadable_mail")


@require_POST
@admins_only
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off the list."""
    forgetting.forget(_envelope(pk), by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("Taken off the list."))
    return redirect("unreadable_mail")


def _envelope(pk: int) -> Any:
    found = queries.envelope(pk)
    if found is None or found.state != "unreadable":
        raise Http404("This mail is not on the list any more.")
    return found
