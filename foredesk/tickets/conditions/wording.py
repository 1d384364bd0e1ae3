"""Conditions as sentences that people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foredesk.tickets.conditions.evaluating import GROUPS
from foredesk.tickets.conditions.fields import FIELDS, Field
from foredesk.tickets.conditions.operators import OPERATORS

_JOINED = {"all": " and ", "any": " or ", "none": " or "}


def sentence(condition: Mapping[str, Any], *, fields: Mapping[str, Field] = FIELDS) -> str:
    """ "the priority is High or Urgent and the team is Payments"; "" when it fits every ticket."""
    for group in GROUPS:
        if group in condition:
            parts = [sentence(one, fields=fields) for one in condition[group]]
            parts = [part for part in parts if part]
            text = _JOINED[group].join(parts)
            if group == "none" and text:
                return f"not ({text})"
            return f"({text})" if group == "any" and len(parts) > 1 else text
    return leaf_sentence(condition, fields=fields)


def leaf_sentence(leaf: Mapping[str, Any], *, fields: Mapping[str, Field] = FIELDS) -> str:
    """One comparison in words; a field that went is named by its key."""
    field, operator = fields.get(leaf.get("field", "")), OPERATORS.get(leaf.get("is", ""))
    if field is None or operator is None:
        return f"{leaf.get('field', 'something')} (not there any more)"
    if not operator.takes:
        return f"{field.label} {operator.words}"
    return f"{field.label} {operator.words} {values(leaf, field)}"


def values(leaf: Mapping[str, Any], field: Field) -> str:
    """The wanted values by their labels, joined by "or"; what went is said so."""
    wanted = leaf.get("value")
    if isinstance(wanted, (int, float)):
        return f"{wanted:g}"
    labels = dict(field.options()) if field.options else {}
    texts = [str(one) for one in wanted or []]
    if field.options and not field.is_open:
        return " or ".join(labels.get(one, "something removed") for one in texts)
    return " or ".join(labels.get(one, one) for one in texts)
