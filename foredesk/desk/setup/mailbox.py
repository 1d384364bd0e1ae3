"""Step 3: the first mailbox, with a check that really goes both ways."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from foredesk.channels import (
    checking_mailboxes,
    consenting,
    mailboxes,
    providers,
    queries,
    trying_out,
)
from foredesk.desk.settings import mailbox_summary
from foredesk.desk.settings.mailbox_form import SECRETS, MailboxForm
from foredesk.desk.settings.mailbox_values import initial_of, values_of
from foredesk.desk.settings.mailboxes import intake_facts
from foredesk.desk.setup import steps
from foredesk.plumbing.clock import now


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "POST"])
@steps.in_setup
def show(request: HttpRequest) -> HttpResponse:
    """The form; a POST adds the mailbox and begins the check. Coming back changes the same one."""
    box = _mailbox(request)
    form = MailboxForm(request.POST or None, initial=initial_of(box) if box else None)
    if request.method == "POST" and form.is_valid():
        me: Any = request.user
        at = now()
        try:
            if box is None:
                box = mailboxes.add(**values_of(form, at=at, is_new=True), by=me, at=at)
            else:
                values = values_of(form, at=at, is_new=False)
                box = mailboxes.change(box, **values, by=me, at=at)
        except checking_mailboxes.InvalidMailbox as why:
            form.refuse(why)
        else:
            request.session[steps.MAILBOX] = box.pk
            is_ready = not box.uses_oauth or queries.has_consent(box)
            if is_ready and (box.fetch_host or box.can_send):
                trying_out.start(box, by=me, at=at)
            return redirect("setup_mailbox_check")
    context = {"form": form, "box": box, "intake": intake_facts(), "steps": steps.steps(3)}
    context["set"] = mailbox_summary.of(None)  # no section is shut here
    context["redirect_address"] = consenting.redirect_address()
    context["providers"] = [*providers.all_providers().values()]
    status = 422 if form.is_bound else 200
    return render(request, "desk/setup/mailbox.html", context, status=status)


@require_GET
@steps.in_setup
def check(request: HttpRequest) -> HttpResponse:
    """The steps of the check as they happen, and the way on."""
    box = _mailbox(request)
    if box is None:
        return redirect("setup_mailbox")
    context = {
        "box": box,
        "hook_address": mailboxes.hook_address(box),
        "check": trying_out.look(box.pk, at=now()),
        "needs_consent": box.uses_oauth and not queries.has_consent(box),
        "provider": consenting.label(box),
        "intake": intake_facts(),
        "steps": steps.steps(3),
    }
    return render(request, "desk/setup/mailbox_check.html", context)


def _mailbox(request: HttpRequest) -> Any:
    pk = request.session.get(steps.MAILBOX)
    return queries.mailbox(pk) if pk else None
