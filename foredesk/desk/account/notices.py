"""Tell people by mail what changed in their account, so that a thief's doing is seen."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from foredesk.desk.account import client_address, devices
from foredesk.people import queries as people
from foredesk.plumbing.clock import now

SENTENCES = {
    "password_changed": gettext_lazy("Your password was changed."),
    "password_reset": gettext_lazy("Your password was set anew with a link from a mail."),
    "password_set": gettext_lazy("A password was set."),
    "totp_activated": gettext_lazy("A code app was added as your second step."),
    "totp_deactivated": gettext_lazy("The code app was removed: it is no second step any more."),
    "webauthn_added": gettext_lazy("A passkey was added."),
    "webauthn_removed": gettext_lazy("A passkey was removed."),
    "recovery_codes_generated": gettext_lazy("New recovery codes were made; older ones are dead."),
    "second_steps_reset": gettext_lazy(
        "An admin removed your second steps: code app, passkeys and recovery codes. "
        "Sign in with your password and set up a new one in your profile."
    ),
}


def send(agent: Any, what: str, *, request: HttpRequest) -> None:
    """Mail the sentence for `what`, a key of SENTENCES, with when and where it was done."""
    zone = agent.time_zone or people.workspace().time_zone
    context = {
        "sentence": SENTENCES[what],
        "at": now().astimezone(ZoneInfo(zone)).strftime("%-d %B %Y, %H:%M %Z"),
        "address": client_address.of(request),
        "device": devices.describe(request.headers.get("User-Agent", "")),
        "name": agent.name,
    }
    get_adapter(request).send_mail("account/email/notice", agent.email, context)
