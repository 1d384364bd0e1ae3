"""Red banners above every page: a mailbox that went deaf is not a line in a log."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from foredesk.design import wording
from foredesk.logbook.freshness import Kept
from foredesk.operations import troubling
from foredesk.people import permissions
from foredesk.plumbing.clock import now

MOST = 2  # banners at once; more become one
NAMED = 4  # troubles that it names


def for_agent(agent: Any) -> list[dict[str, Any]]:
    """What this person must know; admins get the way to mend it. One query each five seconds."""
    troubles = tuple(_troubles())
    if not troubles:
        return []
    can_mend = permissions.can_administer(agent)
    can_look = permissions.can_see_health(agent)
    return _banners(troubles, can_mend, can_look, wording.language())


@lru_cache(20)
def _banners(
    troubles: tuple[troubling.Trouble, ...], can_mend: bool, can_look: bool, _language: str | None
) -> list[dict[str, Any]]:
    """To be read, never to be changed: it is kept."""
    if len(troubles) > MOST:
        return [_all_of(troubles, can_look=can_look)]
    return [_banner(one, can_mend=can_mend, can_look=can_look) for one in troubles]


_troubles = Kept(lambda: troubling.troubles(at=now()), seconds=5)
forget = _troubles.forget
"""Look again at the next page; what mends a mailbox calls this."""


def _title(one: troubling.Trouble) -> str:
    titles = {
        "worker": _("The worker does not run"),
        "disk": _("The disk is nearly full"),
        "storm": _("Automatic mail is stopped"),
        "deaf": _("Nothing comes in from %(address)s"),
        "consent": _("Sign in again for %(address)s"),
        "mute": _("Nothing goes out from %(address)s"),
    }
    if one.kind == "consent" and one.state == "warn":
        return _("The sign-in of %(address)s ends soon") % {"address": one.address}
    return titles[one.kind] % {"address": one.address}


def _all_of(troubles: tuple[troubling.Trouble, ...], *, can_look: bool) -> dict[str, Any]:
    """One banner in place of so many that the work would be pushed off the screen."""
    named = "; ".join(_title(one) for one in troubles[:NAMED])
    more = len(troubles) - NAMED
    text = f"{named}; {_('%(n)d more') % {'n': more}}." if more > 0 else f"{named}."
    return {
        "tone": troubles[0].state,
        "title": _("%(n)d things need somebody") % {"n": len(troubles)},
        "text": text if can_look else f"{text} {_('An admin can mend it.')}",
        "url": reverse("health") if can_look else None,
        "action": _("See the health of the desk") if can_look else None,
    }


def _banner(one: troubling.Trouble, *, can_mend: bool, can_look: bool) -> dict[str, Any]:
    url, action = None, None
    if one.mailbox_id and can_mend:
        url, action = reverse("mailbox", args=[one.mailbox_id]), _("Mend it")
    elif can_look:
        url, action = reverse("health"), _("See the health of the desk")
    text = one.text if can_look else f"{one.text} {_('An admin can mend it.')}"
    return {
        "tone": one.state,
        "title": _title(one),
        "text": text,
        "url": url,
        "action": action,
    }
