"""Failed jobs: try them again, or give them up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from foredesk.desk.settings import admins_only
from foredesk.operations import retrying
from foredesk.plumbing.clock import now


@require_POST
@admins_only
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue one again."""
    retrying.retry(pk, by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("It runs again. If it fails, it comes back here."))
    return redirect("health")


@require_POST
@admins_only
def retry_all(request: HttpRequest) -> HttpResponse:
    """Queue all again."""
    n = retrying.retry_all(by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(
        request, ngettext("%(n)d job runs again.", "%(n)d jobs run again.", n) % {"n": n}
    )
    return redirect("health")


@require_POST
@admins_only
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop one."""
    retrying.forget(pk, by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("Forgotten. What it was to do stays in the logbook."))
    return redirect("health")
