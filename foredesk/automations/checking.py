"""Take a rule from outside: understood whole, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foredesk.automations import stepping, timing
from foredesk.automations.fields import fields_for
from foredesk.automations.models import RuleKind
from foredesk.automations.occasions import OCCASIONS
from foredesk.people.refusing import Refused
from foredesk.tickets.conditions import checking as conditions
from foredesk.tickets.conditions.fields import FIELDS

LONGEST_NAME = 80


class BadRule(Refused):
    """It can't be kept; the message says why and what to do."""


def check(data: Mapping[str, Any]) -> dict[str, Any]:
    """The rule in its plain form: name, kind, when, conditions, steps, stops. Raises BadRule."""
    kind = str(data.get("kind", ""))
    if kind not in RuleKind.values:
        raise BadRule("A rule acts when something happens, or when time has passed.")
    name = " ".join(str(data.get("name", "")).replace("\x00", "").split())
    if not name:
        raise BadRule("Give the rule a name: people read it on the tickets that it changes.")
    if len(name) > LONGEST_NAME:
        raise BadRule(f"The name has {LONGEST_NAME} characters at most.")
    when = _when(kind, data.get("when"))
    try:
        plain_conditions = conditions.check(data.get("conditions"), fields=fields_for(kind))
        steps = stepping.check(data.get("steps"))
    except (conditions.BadCondition, stepping.BadStep) as why:
        raise BadRule(str(why)) from None
    if not steps:
        raise BadRule("Add a step: the rule does nothing yet.")
    return {
        "name": name,
        "kind": kind,
        "when": when,
        "conditions": plain_conditions,
        "steps": steps,
        "stops": bool(data.get("stops")) and kind == RuleKind.TRIGGER,
    }


def _when(kind: str, when: Any) -> dict[str, Any]:
    if not isinstance(when, dict):
        raise BadRule("Say when the rule acts.")
    return _occasions(when) if kind == RuleKind.TRIGGER else _time(when)


def _occasions(when: Mapping[str, Any]) -> dict[str, Any]:
    chosen = [str(one) for one in when.get("occasions") or ()]
    if not chosen:
        raise BadRule("Choose what sets the rule off.")
    if any(one not in OCCASIONS for one in chosen):
        raise BadRule("What sets the rule off is not there (any more). Choose it anew.")
    options = FIELDS["channel"].options
    known = {key for key, _ in options()} if options else set()
    channels = [str(one) for one in when.get("channels") or ()]
    if any(one not in known for one in channels):
        raise BadRule("A channel is not there (any more). Choose it anew.")
    return {"occasions": list(dict.fromkeys(chosen)), "channels": list(dict.fromkeys(channels))}


def _time(when: Mapping[str, Any]) -> dict[str, Any]:
    since = str(when.get("since", ""))
    if since not in timing.MOMENTS:
        raise BadRule("Choose the moment after which the rule waits.")
    try:
        hours = float(str(when.get("hours", "")).replace(",", "."))
    except ValueError:
        hours = 0.0
    if not 0.25 <= hours <= timing.LONGEST:
        raise BadRule("Let it wait for a quarter of an hour at least, and a year at most.")
    return {"since": since, "hours": hours}
