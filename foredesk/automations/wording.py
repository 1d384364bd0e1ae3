"""Rules as sentences that people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foredesk.automations import stepping, timing
from foredesk.automations.fields import fields_for
from foredesk.automations.models import RuleKind
from foredesk.automations.occasions import OCCASIONS
from foredesk.tickets.conditions import wording
from foredesk.tickets.conditions.fields import FIELDS


def when(kind: str, data: Mapping[str, Any]) -> str:
    """ "a customer writes by Email", "the last message was at least 3 days ago"."""
    if kind == RuleKind.AUTOMATION:
        moment = timing.MOMENTS.get(data.get("since", ""))
        what = moment.words if moment else "something that is not there any more"
        return f"{what} was at least {timing.words(float(data.get('hours') or 0))} ago"
    said = " or ".join(
        OCCASIONS[key].words if key in OCCASIONS else "something that is not there any more"
        for key in data.get("occasions") or ()
    )
    options = FIELDS["channel"].options
    names = dict(options()) if options else {}
    channels = " or ".join(names.get(one, one) for one in data.get("channels") or ())
    return f"{said or '…'} by {channels}" if channels else said or "…"


def conditions(kind: str, data: Mapping[str, Any]) -> str:
    """The conditions in one sentence; "" when every ticket fits."""
    return wording.sentence(data, fields=fields_for(kind)) if data else ""


def steps(data: list[Mapping[str, Any]]) -> list[str]:
    """Each step as a sentence."""
    return [stepping.sentence(one) for one in data]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What is different between two versions of a rule, as words after a person's name."""
    said = []
    if before["name"] != after["name"]:
        said.append(f"renamed it from {before['name']}")
    if (before["kind"], before["when"]) != (after["kind"], after["when"]):
        said.append("changed when it acts")
    if before["conditions"] != after["conditions"]:
        said.append("changed the conditions")
    said += _steps_changed(before["steps"], after["steps"])
    if before["stops"] != after["stops"]:
        said.append("let it stop later rules" if after["stops"] else "let later rules act")
    return ", ".join(said)


def _steps_changed(before: list[Any], after: list[Any]) -> list[str]:
    if before == after:
        return []
    new = [number for number, step in enumerate(after, 1) if step not in before]
    gone = [number for number, step in enumerate(before, 1) if step not in after]
    if len(after) > len(before) and not gone:
        return [f"added step {', '.join(map(str, new))}" if new else "repeated a step"]
    if len(after) < len(before) and not new:
        return [f"removed step {', '.join(map(str, gone))}" if gone else "removed a step"]
    if new:
        return [f"changed step {', '.join(map(str, new))}"]
    return ["changed the order of the steps"]
