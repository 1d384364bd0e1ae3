"""Let agents change what is their own: name, signature, zone, look and keys."""

from datetime import datetime
from typing import Any

import nh3
from django.db import transaction

from foredesk.logbook import recording
from foredesk.people.events import AgentChanged
from foredesk.people.inviting import UnableToAdd
from foredesk.people.models import Agent
from foredesk.plumbing import time_zones

OWN = (
    "name", "signature_html", "time_zone", "theme", "density", "shortcuts_on",
    "mail_on_assignment", "mail_on_message",
    "bell_on_assignment", "bell_on_message", "bell_on_promise", "bell_on_rule",
    "bell_on_rating",
)  # fmt: skip
THEMES = ("system", "light", "dark")
DENSITIES = ("comfortable", "compact")
TAGS = {"a", "b", "br", "div", "em", "i", "li", "ol", "p", "span", "strong", "u", "ul"}


def change_own(agent: Agent, *, at: datetime, **changes: Any) -> Agent:
    """Change any of OWN; the signature keeps only simple, safe markup.

    Records AgentChanged with what changed, and nothing when nothing did. Raises UnableToAdd for a
    value that can't be used, TypeError for a field that isn't the agent's own.
    """
    unknown = set(changes) - set(OWN)
    if unknown:
        raise TypeError(f"Not an agent's own to change: {', '.join(sorted(unknown))}")
    wanted = {name: _cleaned(name, value) for name, value in changes.items()}
    with transaction.atomic():
        row = Agent.objects.select_for_update().get(pk=agent.pk)
        before = {name: getattr(row, name) for name in wanted if getattr(row, name) != wanted[name]}
        if not before:
            return row
        for name in before:
            setattr(row, name, wanted[name])
        row.save(update_fields=list(before))
        after = {name: wanted[name] for name in before}
        fact = AgentChanged(agent_id=row.pk, before=before, after=after)
        recording.record(fact, by=row.as_actor(), at=at)
    return row


def clean_signature(html: str) -> str:
    """Simple markup without scripts, styles, images and frames; links open elsewhere."""
    return nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "mailto", "tel"}
    )


def _cleaned(name: str, value: Any) -> Any:
    if name == "name":
        value = " ".join(value.split())
        if not value:
            raise UnableToAdd("Give the person a name.")
    elif name == "signature_html":
        value = clean_signature(value).strip()
    elif name == "time_zone" and value and value not in time_zones.names():
        raise UnableToAdd(f"“{value}” is not a time zone.")
    elif name == "theme" and value not in THEMES:
        raise UnableToAdd("Choose system, light or dark.")
    elif name == "density" and value not in DENSITIES:
        raise UnableToAdd("Choose comfortable or compact.")
    return value
