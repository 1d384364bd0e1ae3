"""The way to Google's or Microsoft's sign-in and back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from foredesk.channels import consenting, queries, trying_out
from foredesk.desk.mail import alerts
from foredesk.desk.settings import admins_only
from foredesk.desk.settings.mailboxes import mailbox_or_404
from foredesk.plumbing.clock import now

ASKED = "consent_asked"


@require_GET
@admins_only
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the browser to the provider; what it takes along stays in this session."""
    box = mailbox_or_404(pk)
    try:
        asked = consenting.begin(box, by=request.user)  # type: ignore[arg-type]
    except consenting.UnableToConsent as why:
        messages.error(request, str(why))
        return redirect("mailbox", pk)
    request.session[ASKED] = {
        "mailbox": pk,
        "state": asked.state,
        "verifier": asked.verifier,
        "setup": request.GET.get("from") == "setup",
    }
    return redirect(asked.url)


@require_GET
@admins_only
def finish(request: HttpRequest) -> HttpResponse:
    """The provider sent the browser back: with a code, or with a refusal."""
    asked: dict[str, Any] = request.session.pop(ASKED, {})
    box = queries.mailbox(asked["mailbox"]) if asked else None
    if box is None or not consenting.is_same(request.GET.get("state", ""), asked["state"]):
        messages.error(request, _("This sign-in did not begin here. Begin it at the mailbox."))
        return redirect("mailboxes")
    back = redirect("setup_mailbox_check") if asked["setup"] else redirect("mailbox", box.pk)
    code = request.GET.get("code", "")
    if not code:
        name = consenting.label(box)
        messages.error(request, _("%(name)s sent you back without a consent.") % {"name": name})
        return back
    me: Any = request.user
    try:
        consenting.finish(box, code=code, verifier=asked["verifier"], by=me, at=now())
    except consenting.UnableToConsent as why:
        messages.error(request, str(why))
        return back
    alerts.forget()
    trying_out.start(box, by=me, at=now())
    messages.success(request, _("Signed in. Both directions are being checked."))
    return back
