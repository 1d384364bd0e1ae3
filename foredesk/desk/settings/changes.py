"""What was changed in the settings lately, as sentences."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from foredesk.design import wording
from foredesk.logbook import queries as logbook
from foredesk.people import queries as people

FIELDS = {
    "name": "name",
    "email": "address",
    "role": "role",
    "sees": "what they see",
    "teams": "teams",
    "language": "language",
    "time_zone": "time zone",
    "close_after_days": "days until closing",
    "close_warning_days": "days of warning before closing",
    "signature_html": "signature",
    "from_name": "name that customers see",
    "icon": "picture",
    "is_on": "on and off",
    "every_days": "days between two",
    "open_days": "days to answer",
    "delay_hours": "the wait",
}

NOUNS = {"macro": "macro", "template": "template", "sequence": "follow-up"}

SENTENCES: dict[str, Callable[[dict[str, Any], str], str]] = {
    "people.AgentAdded": lambda data, who: _("Added %(who)s") % {"who": who},
    "people.AgentChanged": lambda data, who: (
        _("Changed %(what)s of %(who)s") % {"what": _fields(data), "who": who}
    ),
    "people.AgentDeactivated": lambda data, who: _("Deactivated %(who)s") % {"who": who},
    "people.AgentReactivated": lambda data, who: _("Let %(who)s in again") % {"who": who},
    "people.TeamAdded": lambda data, who: _("New team %(name)s") % data,
    "people.TeamChanged": lambda data, who: _("Changed the team %(name)s") % data,
    "people.TeamRemoved": lambda data, who: _("Removed the team %(name)s") % data,
    "people.BrandAdded": lambda data, who: _("New brand %(name)s") % data,
    "people.BrandChanged": lambda data, who: _("Changed the brand %(name)s") % data,
    "people.BrandSetAside": lambda data, who: _("Set the brand %(name)s aside") % data,
    "people.BrandBroughtBack": lambda data, who: _("Brought the brand %(name)s back") % data,
    "people.WorkspaceSetUp": lambda data, who: _("Set up the desk"),
    "people.WorkspaceChanged": lambda data, who: (
        _("Changed %(what)s of the desk") % {"what": _fields(data)}
    ),
    "surveys.SurveyPlanChanged": lambda data, who: (
        _("Changed %(what)s of surveys") % {"what": _fields(data)}
    ),
    "automations.RuleAdded": lambda data, who: _("New rule %(name)s") % data,
    "automations.RuleChanged": lambda data, who: _("Changed the rule %(name)s") % data,
    "automations.RuleSwitched": lambda data, who: (
        _("Switched the rule %(name)s %(how)s")
        % {**data, "how": "on" if data["is_active"] else "off"}
    ),
    "automations.RuleMoved": lambda data, who: _("Moved the rule %(name)s") % data,
    "automations.RuleRemoved": lambda data, who: _("Removed the rule %(name)s") % data,
    "automations.WordingSaved": lambda data, who: _("Wrote the %(noun)s %(name)s") % _noun(data),
    "automations.WordingRemoved": lambda data, who: (
        _("Removed the %(noun)s %(name)s") % _noun(data)
    ),
    "channels.MailboxAdded": lambda data, who: _("New mailbox %(address)s") % data,
    "channels.MailboxChanged": lambda data, who: _("Changed the mailbox %(name)s") % data,
    "channels.MailboxConsentGiven": lambda data, who: (
        _("Signed in at %(provider)s for the mailbox %(name)s")
        % {**data, "provider": data["provider"].title()}
    ),
    "channels.MailboxRemoved": lambda data, who: _("Removed the mailbox %(address)s") % data,
}


def lately(limit: int = 8) -> list[dict[str, Any]]:
    """The last changes, newest first."""
    names = people.agent_names()
    return [
        {
            "text": SENTENCES[entry.kind](entry.data, names.get(entry.data.get("agent_id"), "")),
            "who": entry.actor_name,
            "initials": wording.initials(entry.actor_name),
            "hue": wording.hue(f"{entry.actor_kind}-{entry.actor_id}"),
            "at": entry.at,
        }
        for entry in logbook.latest(tuple(SENTENCES), limit=limit)
    ]


def _noun(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "noun": NOUNS.get(data["noun"], data["noun"])}


def _fields(data: dict[str, Any]) -> str:
    return ", ".join(FIELDS.get(name, name.replace("_", " ")) for name in data["after"])
