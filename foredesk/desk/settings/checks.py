"""The check of both directions: a POST starts it, the page reads how far it is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from foredesk.channels import judging, trying_out
from foredesk.desk.settings import admins_only
from foredesk.desk.settings.mailboxes import mailbox_or_404
from foredesk.plumbing.clock import now


@require_http_methods(["GET", "POST"])
@admins_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The steps so far, as a fragment."""
    box = mailbox_or_404(pk)
    at = now()
    if request.method == "POST":
        check: Any = trying_out.start(box, by=request.user, at=at)  # type: ignore[arg-type]
        if not request.headers.get("HX-Request"):
            return redirect("mailbox", pk)
    else:
        check = trying_out.look(pk, at=at)
    return render(request, "desk/settings/_check.html", {"box": box, "check": check})


@require_GET
@admins_only
def importing(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the first import is, as a fragment."""
    box = mailbox_or_404(pk)
    context = {"box": box, "import_left": judging.import_left(box, at=now())}
    return render(request, "desk/settings/_importing.html", context)
