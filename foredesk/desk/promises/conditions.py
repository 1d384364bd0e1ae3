"""Rows of conditions in a form: read, drawn anew, handed on as data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from foredesk.desk.settings import admins_only
from foredesk.tickets.conditions.fields import FIELDS
from foredesk.tickets.conditions.operators import OPERATORS

MOST = 20
JOINS = (("all", "all of these"), ("any", "one of these"))


@require_POST
@admins_only
def draft(request: HttpRequest) -> HttpResponse:
    """The rows as the form has them, after a button in them was pressed or a choice was changed."""
    rows = asked(request.POST)
    press = request.POST.get("press", "")
    if press == "condition-add":
        rows = [*rows, {"field": "priority", "is": "any_of", "value": []}]
    elif press.startswith("condition-drop-"):
        gone = press.removeprefix("condition-drop-")
        rows = [row for index, row in enumerate(rows) if str(index) != gone]
    context = {"conditions": shown(rows, request.POST.get("join", "all"))}
    return render(request, "desk/promises/_conditions.html", context)


def asked(post: QueryDict) -> list[dict[str, Any]]:
    """The rows that were sent, in order. A field that was chosen anew begins with its first
    comparison and without a value, and so does one that doesn't know its comparison."""
    rows = []
    for index in range(MOST):
        field = FIELDS.get(post.get(f"field-{index}", ""))
        if field is None:
            continue
        is_same = post.get(f"was-{index}", field.key) == field.key
        operator = post.get(f"is-{index}", "") if is_same else ""
        operator = operator if operator in field.operators else field.operators[0]
        value: Any = post.getlist(f"value-{index}") if is_same else []
        takes = OPERATORS[operator].takes
        if takes == "words" or (takes == "many" and (field.options is None or field.is_open)):
            value = [part.strip() for text in value for part in text.split(",") if part.strip()]
        row = {"field": field.key, "is": operator}
        if takes:
            row["value"] = value
        rows.append(row)
    return rows


def condition(post: QueryDict) -> dict[str, Any]:
    """The condition that the rows say."""
    join = "any" if post.get("join") == "any" else "all"
    rows = asked(post)
    return {join: rows} if rows else {"all": []}


def rows_of(condition: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """(rows, join) of a kept condition that this form made."""
    join = "any" if "any" in condition else "all"
    return [dict(one) for one in condition.get(join, []) if "field" in one], join


def shown(rows: list[dict[str, Any]], join: str) -> dict[str, Any]:
    """Everything that the template needs."""
    return {
        "join": join if join in dict(JOINS) else "all",
        "joins": JOINS,
        "rows": [_row(index, row) for index, row in enumerate(rows)],
        "fields": _choices({row["field"] for row in rows}),
        "can_add": len(rows) < MOST,
    }


def _choices(used: set[str]) -> list[tuple[str, str]]:
    """What can be looked at: what is worth it on this desk, and what is looked at already."""
    found = FIELDS.values()
    return [(one.key, one.label) for one in found if one.is_offered() or one.key in used]


def _row(index: int, row: dict[str, Any]) -> dict[str, Any]:
    field = FIELDS.get(row["field"])
    if field is None:
        return {"index": index, "field": row["field"], "is_gone": True}
    takes = OPERATORS[row["is"]].takes
    value = row.get("value", [])
    options = field.options() if field.options else None
    is_choice = takes == "many" and options is not None and not field.is_open
    texts = value if isinstance(value, list) else [f"{value:g}"]
    return {
        "index": index,
        "field": field.key,
        "label": field.label,
        "is": row["is"],
        "operators": [(key, OPERATORS[key].words) for key in field.operators],
        "takes": takes,
        "options": options if is_choice else None,
        "value": texts,
        "text": ", ".join(str(one) for one in texts),
        "is_gone": False,
    }
