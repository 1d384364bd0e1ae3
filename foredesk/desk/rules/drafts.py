"""A rule while it is being written: what the form holds, and what its buttons do to it. Pure.

The form holds all of it, so that nothing is kept anywhere before it is saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from foredesk.automations import actions, timing
from foredesk.automations.actions.contract import MANY, Action
from foredesk.automations.fields import fields_for
from foredesk.automations.occasions import OCCASIONS
from foredesk.desk import conditions
from foredesk.plumbing import numbers

MOST_STEPS = 20
_NAME = re.compile(r"s([0-9]{1,3})\.([a-z_]{1,30})")
_DO = re.compile(r"([a-z_]{1,30})(?:-([0-9]{1,3}))?")


@dataclass
class Draft:
    """`lines` are {join, field, is, value}; `steps` are {do, …}; `amount` of `unit` is the time
    that an automation waits."""

    kind: str = "trigger"
    name: str = ""
    occasions: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    since: str = "activity"
    amount: str = "3"
    unit: str = "days"
    lines: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    stops: bool = False
    version: int = 0


def blank(kind: str) -> Draft:
    """A new rule of this kind, with a sentence to begin from."""
    draft = Draft(kind=kind if kind in ("trigger", "automation") else "trigger")
    if draft.kind == "trigger":
        draft.occasions = ["wrote_first"]
    else:
        draft.lines = [
            {"join": conditions.AND, "field": "status", "is": "any_of", "value": ["pending"]}
        ]
    return draft


def of_rule(data: Mapping[str, Any], *, version: int) -> Draft:
    """What the form holds for a kept rule."""
    when = data["when"]
    amount, unit = timing.split(float(when.get("hours") or 72))
    return Draft(
        kind=data["kind"],
        name=data["name"],
        occasions=list(when.get("occasions", ())),
        channels=list(when.get("channels", ())),
        since=when.get("since", "activity"),
        amount=f"{amount:g}",
        unit=unit,
        lines=conditions.lines_of(data["conditions"]),
        steps=[dict(one) for one in data["steps"]],
        stops=data["stops"],
        version=version,
    )


def data_of(draft: Draft) -> dict[str, Any]:
    """The rule as abilities take it; they check it."""
    when: dict[str, Any] = {"occasions": draft.occasions, "channels": draft.channels}
    if draft.kind == "automation":
        when = {"since": draft.since, "hours": _hours(draft)}
    return {
        "name": draft.name,
        "kind": draft.kind,
        "when": when,
        "conditions": conditions.conditions_of(draft.lines),
        "steps": draft.steps,
        "stops": draft.stops,
    }


def _hours(draft: Draft) -> Any:
    try:
        return float(draft.amount.replace(",", ".")) * timing.UNITS.get(draft.unit, 1)
    except ValueError:
        return draft.amount


def posted(sent: QueryDict) -> Draft:
    """What a browser sent. Whatever makes no sense is left for the check."""
    draft = Draft(
        kind="automation" if sent.get("kind") == "automation" else "trigger",
        name=_clean(sent.get("name", "")),
        occasions=[one for one in sent.getlist("occasion") if one in OCCASIONS],
        channels=[_clean(one) for one in sent.getlist("channel")],
        since=_clean(sent.get("since", "activity")),
        amount=_clean(sent.get("amount", "")),
        unit="hours" if sent.get("unit") == "hours" else "days",
        stops="stops" in sent,
        version=numbers.whole(sent.get("version", "0")) or 0,
    )
    parts: dict[int, dict[str, list[str]]] = {}
    for name in sent:
        match = _NAME.fullmatch(name)
        if match:
            texts = [_clean(one, keeps_lines=True) for one in sent.getlist(name)]
            parts.setdefault(int(match[1]), {})[match[2]] = texts
    draft.steps = [_step(part) for _, part in sorted(parts.items())][:MOST_STEPS]
    draft.lines = conditions.posted(sent, fields_for(draft.kind))
    return draft


def _clean(text: str, *, keeps_lines: bool = False) -> str:
    text = text.replace("\x00", "")[:10_000]
    return text if keeps_lines else " ".join(text.split())


def _first(part: Mapping[str, list[str]], name: str, default: str = "") -> str:
    return (part.get(name) or [default])[0]


def _step(part: Mapping[str, list[str]]) -> dict[str, Any]:
    key = _first(part, "do")
    action = actions.all_actions().get(key)
    if action is None:
        return {"do": key}
    if _first(part, "was", key) != key:
        return new_step(action)
    return {
        "do": key,
        **{
            slot.name: part.get(slot.name, [])
            if slot.takes == MANY
            else _first(part, slot.name, str(slot.default))
            for slot in action.slots
        },
    }


def new_step(action: Action) -> dict[str, Any]:
    """A step as it is before anything was chosen: what its action proposes."""
    step: dict[str, Any] = {"do": action.key}
    for slot in action.slots:
        value = slot.default
        if slot.options is not None and not value:
            value = next((key for key, _ in slot.options()), "")
        step[slot.name] = value
    return step


def do(draft: Draft, wish: str) -> bool:
    """What a button of the form does to the draft; whether it was one of those."""
    if conditions.press(draft.lines, wish):
        return True
    match = _DO.fullmatch(wish)
    if match is None:
        return False
    what, at = match[1], int(match[2] or 0)
    if what == "add_step":
        draft.steps.append(new_step(next(iter(actions.all_actions().values()))))
    elif what == "remove_step":
        del draft.steps[at : at + 1]
    elif what in ("up_step", "down_step"):
        _swap(draft.steps, at, at - 1 if what == "up_step" else at + 1)
    else:
        return False
    return True


def _swap(rows: list[Any], one: int, other: int) -> None:
    if 0 <= one < len(rows) and 0 <= other < len(rows):
        rows[one], rows[other] = rows[other], rows[one]
