"""A rule while it is being written: what the form holds, and what its buttons do to it. Pure.

The form holds all of it, so that nothing is kept anywhere before it is saved. Conditions are lines:
"and" begins a new demand, "or" widens the one before, "but not" keeps tickets out.
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
from foredesk.plumbing import numbers
from foredesk.tickets.conditions.fields import Field
from foredesk.tickets.conditions.operators import OPERATORS

AND, OR, NOT = "and", "or", "not"
MOST_LINES, MOST_STEPS = 50, 20
_NAME = re.compile(r"([cs])([0-9]{1,3})\.([a-z_]{1,30})")
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
        draft.lines = [{"join": AND, "field": "status", "is": "any_of", "value": ["pending"]}]
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
        lines=lines_of(data["conditions"]),
        steps=[dict(one) for one in data["steps"]],
        stops=data["stops"],
        version=version,
    )


def lines_of(conditions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Conditions as lines."""
    lines = []
    for member in conditions.get("all", ()):
        if "any" in member:
            joins = [AND] + [OR] * (len(member["any"]) - 1)
            lines += [{"join": j, **leaf} for j, leaf in zip(joins, member["any"], strict=True)]
        elif "none" in member:
            lines += [{"join": NOT, **leaf} for leaf in member["none"]]
        else:
            lines.append({"join": AND, **member})
    return lines


def conditions_of(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Lines as conditions: all of the demands, and none of what is kept out."""
    demands: list[list[dict[str, Any]]] = []
    kept_out: list[dict[str, Any]] = []
    last: list[dict[str, Any]] | None = None
    for line in lines:
        leaf = {key: value for key, value in line.items() if key != "join"}
        if line["join"] == NOT:
            kept_out.append(leaf)
            last = kept_out
        elif line["join"] == OR and last is not None:
            last.append(leaf)
        else:
            last = [leaf]
            demands.append(last)
    members: list[dict[str, Any]] = [one[0] if len(one) == 1 else {"any": one} for one in demands]
    return {"all": [*members, {"none": kept_out}] if kept_out else members}


def data_of(draft: Draft) -> dict[str, Any]:
    """The rule as abilities take it; they check it."""
    when: dict[str, Any] = {"occasions": draft.occasions, "channels": draft.channels}
    if draft.kind == "automation":
        when = {"since": draft.since, "hours": _hours(draft)}
    return {
        "name": draft.name,
        "kind": draft.kind,
        "when": when,
        "conditions": conditions_of(draft.lines),
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
        version=numbers.whole(sent.get("version", "")) or 0,
    )
    parts: dict[tuple[str, int], dict[str, list[str]]] = {}
    for name in sent:
        match = _NAME.fullmatch(name)
        if match:
            part = parts.setdefault((match[1], int(match[2])), {})
            part[match[3]] = [_clean(one, keeps_lines=True) for one in sent.getlist(name)]
    for (kind, _), part in sorted(parts.items()):
        if kind == "c":
            draft.lines.append(_line(part, fields_for(draft.kind)))
        else:
            draft.steps.append(_step(part))
    del draft.lines[MOST_LINES:], draft.steps[MOST_STEPS:]
    return draft


def _clean(text: str, *, keeps_lines: bool = False) -> str:
    text = text.replace("\x00", "")[:10_000]
    return text if keeps_lines else " ".join(text.split())


def _first(part: Mapping[str, list[str]], name: str, default: str = "") -> str:
    return (part.get(name) or [default])[0]


def _line(part: Mapping[str, list[str]], fields: Mapping[str, Field]) -> dict[str, Any]:
    """A line; when its field was changed, the comparison and value that fit no more go."""
    key = _first(part, "field", "priority")
    join = _first(part, "join", AND)
    line: dict[str, Any] = {"join": join if join in (AND, OR, NOT) else AND, "field": key}
    known = fields.get(key)
    operator = _first(part, "is")
    if known is not None and operator not in known.operators:
        operator = known.operators[0]
    line["is"] = operator
    takes = OPERATORS[operator].takes if operator in OPERATORS else ""
    if not takes:
        return line
    is_same = _first(part, "was", key) == key
    values = part.get("value", []) if is_same else []
    line["value"] = _values(values, known, takes)
    return line


def _values(values: list[str], known: Field | None, takes: str) -> Any:
    if takes == "number":
        return values[0].strip() if values else ""
    if known is not None and known.options is not None and takes == "many":
        return values
    return [one.strip() for value in values for one in value.split(",") if one.strip()]


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
    match = _DO.fullmatch(wish)
    if match is None:
        return False
    what, at = match[1], int(match[2] or 0)
    if what == "add_condition":
        draft.lines.append({"join": AND, "field": "subject", "is": "contains", "value": []})
    elif what == "remove_condition":
        del draft.lines[at : at + 1]
    elif what == "add_step":
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
