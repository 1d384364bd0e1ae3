"""Red banners above every page: a mailbox that went deaf is not a line in a log."""

from __future__ import annotations

import time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from foredesk.operations import troubling
from foredesk.people import permissions
from foredesk.plumbing.clock import now

KEPT = 5.0  # seconds
_kept: list[tuple[float, list[troubling.Trouble]]] = []


def for_agent(agent: Any) -> list[dict[str, Any]]:
    """What this person must know; admins get the way to mend it. One query each five seconds."""
    can_mend = permissions.can_administer(agent)
    can_look = permissions.can_see_health(agent)
    return [_banner(one, can_mend=can_mend, can_look=can_look) for one in _troubles()]


def forget() -> None:
    """Look again at the next page; what mends a mailbox calls this."""
    _kept.clear()


def _troubles() -> list[troubling.Trouble]:
    if not _kept or time.monotonic() - _kept[0][0] > KEPT:
        _kept[:] = [(time.monotonic(), troubling.troubles(at=now()))]
    return _kept[0][1]


def _banner(one: troubling.Trouble, *, can_mend: bool, can_look: bool) -> dict[str, Any]:
    titles = {
        "worker": _("The worker does not run"),
        "disk": _("The disk is nearly full"),
        "storm": _("Automatic mail is stopped"),
        "deaf": _("Nothing comes in from %(address)s") % {"address": one.address},
        "consent": _("Sign in again for %(address)s") % {"address": one.address},
        "mute": _("Nothing goes out from %(address)s") % {"address": one.address},
    }
    url, action = None, None
    if one.mailbox_id and can_mend:
        url, action = reverse("mailbox", args=[one.mailbox_id]), _("Mend it")
    elif can_look:
        url, action = reverse("health"), _("See the health of the desk")
    text = one.text if can_look else f"{one.text} {_('An admin can mend it.')}"
    return {
        "tone": one.state,
        "title": titles[one.kind],
        "text": text,
        "url": url,
        "action": action,
    }
