"""Conditions while they are being written: lines in a form, wherever tickets are chosen by them.

A line is {join, field, is, value}: "and" begins a new demand, "or" widens the one before, "but not"
keeps tickets out. The form holds all of it, so that nothing is kept before it is saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from foredesk.desk.settings import admins_only
from foredesk.tickets.conditions.fields import FIELDS, Field
from foredesk.tickets.conditions.operators import OPERATORS

AND, OR, NOT = "and", "or", "not"
JOINS = ((AND, "and"), (OR, "or"), (NOT, "but not"))
MOST = 50
LONGEST = 10_000
_NAME = re.compile(r"c([0-9]{1,3})\.([a-z_]{1,30})")
_DROP = re.compile(r"remove_condition-([0-9]{1,3})")
Line = dict[str, Any]


@require_POST
@admins_only
def draft(request: HttpRequest) -> HttpResponse:
    """The lines as the form has them, after a button in them was pressed or a choice was changed:
    for forms that have nothing else to draw anew."""
    lines = posted(request.POST)
    press(lines, request.POST.get("do", ""))
    nothing = request.POST.get("nothing", "")[:200]
    return render(request, "desk/_conditions.html", {"conditions": form(lines, nothing=nothing)})


def posted(sent: QueryDict, fields: Mapping[str, Field] = FIELDS) -> list[Line]:
    """The lines that a browser sent, in order. Whatever makes no sense is left for the check."""
    parts: dict[int, dict[str, list[str]]] = {}
    for name in sent:
        match = _NAME.fullmatch(name)
        if match:
            texts = [text.replace("\x00", "")[:LONGEST] for text in sent.getlist(name)]
            parts.setdefault(int(match[1]), {})[match[2]] = texts
    return [_line(part, fields) for _, part in sorted(parts.items())][:MOST]


def _first(part: Mapping[str, list[str]], name: str, default: str = "") -> str:
    return (part.get(name) or [default])[0]


def _line(part: Mapping[str, list[str]], fields: Mapping[str, Field]) -> Line:
    """A line; when its field was changed, the comparison and value that fit no more go."""
    key = _first(part, "field", "priority")
    join = _first(part, "join", AND)
    line: Line = {"join": join if join in (AND, OR, NOT) else AND, "field": key}
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


def press(lines: list[Line], wish: str) -> bool:
    """What a button of the form does to the lines; whether it was one of those."""
    gone = _DROP.fullmatch(wish)
    if gone:
        del lines[int(gone[1]) : int(gone[1]) + 1]
    elif wish == "add_condition":
        lines.append({"join": AND, "field": "subject", "is": "contains", "value": []})
    else:
        return False
    return True


def lines_of(conditions: Mapping[str, Any]) -> list[Line]:
    """Kept conditions as lines."""
    members = conditions.get("all", [conditions] if "any" in conditions else ())
    lines: list[Line] = []
    for member in members:
        if "any" in member:
            joins = [AND] + [OR] * (len(member["any"]) - 1)
            lines += [{"join": j, **leaf} for j, leaf in zip(joins, member["any"], strict=True)]
        elif "none" in member:
            lines += [{"join": NOT, **leaf} for leaf in member["none"]]
        else:
            lines.append({"join": AND, **member})
    return lines


def conditions_of(lines: list[Line]) -> dict[str, Any]:
    """Lines as conditions: all of the demands, and none of what is kept out."""
    demands: list[list[Line]] = []
    kept_out: list[Line] = []
    last: list[Line] | None = None
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
    members: list[Line] = [one[0] if len(one) == 1 else {"any": one} for one in demands]
    return {"all": [*members, {"none": kept_out}] if kept_out else members}


def form(
    lines: list[Line], fields: Mapping[str, Field] = FIELDS, *, nothing: str = ""
) -> dict[str, Any]:
    """Everything that desk/_lines.html needs; `nothing` is what no line at all means."""
    return {
        "lines": [_shown(number, line, fields) for number, line in enumerate(lines)],
        "fields": _worth(lines, fields),
        "joins": JOINS,
        "nothing": nothing,
        "can_add": len(lines) < MOST,
    }


def _worth(lines: list[Line], fields: Mapping[str, Field]) -> list[tuple[str, str]]:
    """What can be looked at: what is worth it on this desk, and what is looked at already."""
    used = {line["field"] for line in lines}
    found = fields.values()
    return [(one.key, one.label) for one in found if one.is_offered() or one.key in used]


def _shown(number: int, line: Line, fields: Mapping[str, Field]) -> dict[str, Any]:
    """A line as its slots."""
    field = fields.get(line["field"])
    operator = OPERATORS.get(line["is"])
    takes = operator.takes if operator else ""
    value = line.get("value", "")
    choices = options(field, value) if field and takes == "many" else []
    return {
        "number": number,
        "join": line["join"] if number else AND,
        "field": line["field"],
        "is_gone": field is None,
        "is": line["is"],
        "operators": [(key, OPERATORS[key].words) for key in field.operators] if field else [],
        "takes": "choices" if choices else takes,
        "options": choices,
        "value": value,
        "text": ", ".join(value) if isinstance(value, list) else plain(value),
        "chosen": chosen(value, choices) if takes == "many" else "",
        "label": field.label if field else "",
    }


def options(field: Field, value: Any = ()) -> list[tuple[str, str]]:
    """The choices of a field; where others may be written too, those that were."""
    known = field.options() if field.options is not None else []
    if not field.is_open:
        return known
    return known + [(one, one) for one in value or () if one not in dict(known)]


def chosen(values: Any, choices: list[tuple[str, str]]) -> str:
    """The chosen ones in words."""
    names = dict(choices)
    return " or ".join(names.get(str(one), "something removed") for one in values or ())


def plain(value: Any) -> str:
    """A number or text as a field shows it."""
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
