"""What the DNS says about the domain of a mailbox, and the key that signs its mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foredesk.channels import sender_domain, signing
from foredesk.desk.settings import admins_only
from foredesk.desk.settings.mailboxes import mailbox_or_404
from foredesk.plumbing.clock import now


@require_POST
@admins_only
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at the records now."""
    sender_domain.check(mailbox_or_404(pk), at=now())
    return redirect("mailbox", pk)


@require_POST
@admins_only
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a key to sign with, or forget it."""
    box = mailbox_or_404(pk)
    if request.POST.get("on") == "1":
        signing.make_key(box, by=request.user, at=now())  # type: ignore[arg-type]
        sender_domain.check(mailbox_or_404(pk), at=now())
        messages.success(request, _("The key is made. Publish its record, then look again."))
    else:
        signing.forget_key(box, by=request.user, at=now())  # type: ignore[arg-type]
        messages.success(request, _("Mail is signed no more."))
    return redirect("mailbox", pk)
