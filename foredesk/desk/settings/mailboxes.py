"""Mailboxes: how mail comes in and goes out."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foredesk.channels import (
    acknowledging,
    checking_mailboxes,
    consenting,
    judging,
    mailboxes,
    providers,
    queries,
    sender_domain,
    trying_out,
)
from foredesk.desk.mail import alerts
from foredesk.desk.settings import admins_only, mailbox_summary
from foredesk.desk.settings.mailbox_form import SECRETS, MailboxForm
from foredesk.desk.settings.mailbox_values import initial_of, values_of
from foredesk.operations.checks import intake
from foredesk.people import queries as people
from foredesk.plumbing.clock import now
from foredesk.plumbing.crypto import UnreadableSecret


@require_GET
@admins_only
def index(request: HttpRequest) -> HttpResponse:
    """All mailboxes and how they do."""
    at = now()
    rows = [
        {
            "box": box,
            "receiving": judging.receiving(box, at=at),
            "sending": judging.sending(box, at=at),
            "brand": people.brand_card(box.brand_id).name if box.brand_id else "",
        }
        for box in queries.mailboxes()
    ]
    context = {"rows": rows, "intake": intake_facts(), "can_send": queries.can_send()}
    return render(request, "desk/settings/mailboxes.html", context)


def intake_facts() -> dict[str, Any]:
    """What to point at the built-in intake, and whether it lives."""
    env = settings.ENV
    found = next(iter(intake.look(at=now())))
    return {
        "is_on": bool(env.smtp_port),
        "address": f"{env.smtp_host}:{env.smtp_port}",
        "is_local": env.smtp_host in ("127.0.0.1", "::1", "localhost"),
        "takes_all": env.smtp_accept == "any",
        "megabytes": env.smtp_max_mb,
        "state": found.state,
        "text": found.text,
    }


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "POST"])
@admins_only
def create(request: HttpRequest) -> HttpResponse:
    """Add a mailbox, then look whether it works."""
    form = MailboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            box = mailboxes.add(
                **values_of(form, at=now(), is_new=True),
                by=request.user,  # type: ignore[arg-type]
                at=now(),
            )
        except checking_mailboxes.InvalidMailbox as why:
            form.refuse(why)
        else:
            if box.uses_oauth:
                words = _("Added. Now sign in at %(name)s.") % {"name": consenting.label(box)}
            else:
                words = _("Added. Now check both directions.")
            messages.success(request, words)
            return redirect("mailbox", box.pk)
    return _page(request, form, box=None)


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "POST"])
@admins_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One mailbox; a POST changes it, and checks both directions when that was asked for too."""
    box = mailbox_or_404(pk)
    form = MailboxForm(request.POST or None, initial=initial_of(box))
    if request.method == "POST" and form.is_valid():
        try:
            mailboxes.change(
                box,
                **values_of(form, at=now(), is_new=False),
                by=request.user,  # type: ignore[arg-type]
                at=now(),
            )
        except checking_mailboxes.InvalidMailbox as why:
            form.refuse(why)
        else:
            alerts.forget()
            messages.success(request, _("Saved."))
            if request.POST.get("then") == "check":
                trying_out.start(box, by=request.user, at=now())  # type: ignore[arg-type]
            return redirect("mailbox", pk)
    return _page(request, form, box=box)


def _page(request: HttpRequest, form: MailboxForm, *, box: Any) -> HttpResponse:
    at = now()
    me: Any = request.user
    own_word = "{brand}" if len(people.brands()) > 1 else "{workspace}"
    context = {
        "form": form,
        "box": box,
        "set": mailbox_summary.of(box),
        "intake": intake_facts(),
        "providers": [*providers.all_providers().values()],
        "redirect_address": consenting.redirect_address(),
        "me_name": me.name,
        "workspace": people.workspace().name,
        "brand": people.brand_card(box.brand_id if box else None).name,
        "template": mailbox_summary.template_of(box),
        "acknowledgement": acknowledging.TEXT.replace("{brand}", own_word),
        "own_word": own_word,
    }
    if box is not None:
        context |= {
            "receiving": judging.receiving(box, at=at),
            "sending": judging.sending(box, at=at),
            "consent": judging.consent(box, at=at),
            "provider": consenting.label(box),
            "import_left": judging.import_left(box, at=at),
            "domain": sender_domain.domain_of(box),
            "findings": sender_domain.findings_of(box),
            "hook_address": _hook_address(box),
            "is_used": queries.is_used(box),
            "check": trying_out.look(box.pk, at=at),
        }
    status = 422 if form.is_bound else 200
    return render(request, "desk/settings/mailbox.html", context, status=status)


def _hook_address(box: Any) -> str:
    try:
        return mailboxes.hook_address(box)
    except UnreadableSecret:
        return ""


@require_POST
@admins_only
def renew_hook(request: HttpRequest, pk: int) -> HttpResponse:
    """Another address for the webhook; the old one is dead."""
    mailboxes.renew_hook(mailbox_or_404(pk), by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("The webhook has a new address. Enter it at the provider."))
    return redirect("mailbox", pk)


@require_POST
@admins_only
def make_default(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail that belongs to no mailbox comes to this one."""
    mailboxes.make_default(mailbox_or_404(pk), by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("This is the default mailbox now."))
    return redirect("mailbox", pk)


@require_POST
@admins_only
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch a mailbox on or off."""
    box = mailbox_or_404(pk)
    is_on = request.POST.get("on") == "1"
    mailboxes.change(box, is_active=is_on, by=request.user, at=now())  # type: ignore[arg-type]
    alerts.forget()
    messages.success(request, _("It is on.") if is_on else _("It is off. Its mail stays there."))
    return redirect("mailbox", pk)


@require_POST
@admins_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one that was never used."""
    box = mailbox_or_404(pk)
    mailboxes.remove(box, by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, _("Removed %(address)s.") % {"address": box.address})
    return redirect("mailboxes")


def mailbox_or_404(pk: int) -> Any:
    """The mailbox, or a page that says that it is gone."""
    box = queries.mailbox(pk)
    if box is None:
        raise Http404("There is no such mailbox.")
    return box
