"""What a mailbox's settings say while their sections are folded."""

from typing import Any

from django.utils.translation import gettext as _

from foredesk.channels import providers
from foredesk.desk.settings.mailbox_form import RECEIVE, SEND, initial_of

SECTIONS = ("address", "in", "out", "sign_in", "provider", "speaks", "acknowledges")


def of(box: Any) -> dict[str, str]:
    """A few words for each section of the page; `box` is None while it is new."""
    if box is None:
        return dict.fromkeys(SECTIONS, "")
    shown = initial_of(box)
    found = providers.all_providers().get(box.provider)
    provider = found.label if found else ""
    hosts = {"imap": box.imap_host, "pop3": box.pop3_host, "smtp": box.smtp_host}
    places = {**hosts, "provider": provider}
    return {
        "address": _joined(box.address, box.team.name if box.team else ""),
        "in": _joined(dict(RECEIVE)[shown["receive"]], places.get(shown["receive"], "")),
        "out": _joined(dict(SEND)[shown["send"]], places.get(shown["send"], "")),
        "sign_in": box.oauth_user if box.uses_oauth else "",
        "provider": provider,
        "speaks": box.from_name,
        "acknowledges": _("On") if box.acknowledges else _("Off"),
    }


def _joined(*words: Any) -> str:
    return ", ".join(str(word) for word in words if word)
