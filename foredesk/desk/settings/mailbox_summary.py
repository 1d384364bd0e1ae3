"""What a mailbox's settings say while their sections are folded."""

from typing import Any

from django.utils.translation import gettext as _

from foredesk.channels import providers
from foredesk.desk.settings.mailbox_form import RECEIVE, SEND
from foredesk.desk.settings.mailbox_values import initial_of
from foredesk.people import queries as people

SECTIONS = ("address", "in", "out", "sign_in", "provider", "speaks", "acknowledges", "tags")


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
        "address": _joined(
            box.address,
            people.brand_card(box.brand_id).name if box.brand_id else "",
            box.team.name if box.team else "",
        ),
        "tags": _joined(*box.plus_tags[:5], _("every known tag") if box.plus_tags_known else "")
        or _("None"),
        "in": _joined(dict(RECEIVE)[shown["receive"]], places.get(shown["receive"], "")),
        "out": _joined(dict(SEND)[shown["send"]], places.get(shown["send"], "")),
        "sign_in": box.oauth_user if box.uses_oauth else "",
        "provider": provider,
        "speaks": box.from_name or template_of(box),
        "acknowledges": _("On") if box.acknowledges else _("Off"),
    }


def template_of(box: Any) -> str:
    """What its brand says of the sender's name, for mailboxes that say nothing; in the words of a
    desk with one brand where it is one."""
    template = people.brand_card(box.brand_id if box else None).from_name
    return template if len(people.brands()) > 1 else template.replace("{brand}", "{workspace}")


def _joined(*words: Any) -> str:
    return ", ".join(str(word) for word in words if word)
