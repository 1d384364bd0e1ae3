"""What a part of the tickets is called: teams, people, channels, priorities, promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from foredesk.desk.tickets.rows import CHANNELS
from foredesk.people import queries as people
from foredesk.sla import metrics

PRIORITIES = {4: "Urgent", 3: "High", 2: "Normal", 1: "Low"}
PRIORITY_MARKS = {4: "urgent", 3: "high", 2: "normal", 1: "low"}
CHANNEL_NAMES = {
    "email": "Email",
    "chat": "Chat",
    "phone": "Phone",
    "web": "Web form",
    "social": "Social",
    "api": "API",
}
DIMENSIONS = {
    "channel": "Channel",
    "team": "Team",
    "agent": "Person",
    "priority": "Priority",
    "brand": "Brand",
    "tag": "Tag",
    "customer": "Customer",
    "promise": "Promise",
}


@dataclass(frozen=True)
class Named:
    """A part with its name; `icon` or `prio` stands before it."""

    key: Any
    name: str
    icon: str = ""
    prio: str = ""


def named(dimension: str, keys: list[Any]) -> dict[Any, Named]:
    """Each of `keys` with its name; what is gone is called so."""
    return {key: _NAMING[dimension](key) for key in keys} | (
        _customers(keys) if dimension == "customer" else {}
    )


def _team(key: int | None) -> Named:
    if key is None:
        return Named(None, _("No team"), "inbox")
    name = people.team_names().get(key)
    icon = people.team_icons().get(key, "layers")
    return Named(key, name or _("A team that is gone"), icon)


def _agent(key: int | None) -> Named:
    if key is None:
        return Named(None, _("Nobody"), "user")
    return Named(key, people.agent_names().get(key) or _("Somebody who is gone"), "user")


def _channel(key: str) -> Named:
    icon = CHANNELS.get(key, ("mail", ""))[0]
    return Named(key, _(CHANNEL_NAMES.get(key, key.title())), icon)


def _priority(key: int) -> Named:
    return Named(key, _(PRIORITIES.get(key, str(key))), prio=PRIORITY_MARKS.get(key, "normal"))


def _brand(key: int | None) -> Named:
    return Named(key, people.brand_card(key).name, "globe")


def _tag(key: str) -> Named:
    return Named(key, key, "tag")


def _promise(key: str) -> Named:
    known = {one.key: one.says for one in metrics.METRICS}
    return Named(key, _(known.get(key, key.replace("_", " "))), "clock")


def _customer(key: int | None) -> Named:
    return Named(key, _("Somebody who is gone"), "user")


def _customers(keys: list[Any]) -> dict[Any, Named]:
    names = people.customer_names([key for key in keys if key is not None])
    return {key: Named(key, name, "user") for key, name in names.items()}


_NAMING: dict[str, Any] = {
    "team": _team,
    "agent": _agent,
    "channel": _channel,
    "priority": _priority,
    "brand": _brand,
    "tag": _tag,
    "promise": _promise,
    "customer": _customer,
}
