"""Take a condition from outside: understood whole, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foredesk.tickets.conditions.evaluating import GROUPS
from foredesk.tickets.conditions.fields import FIELDS, Field
from foredesk.tickets.conditions.operators import OPERATORS, Operator

DEEPEST = 3
MOST = 50
LONGEST = 200


class BadCondition(ValueError):
    """It can't be used; the message says why and what to do."""


def check(condition: Any, *, fields: Mapping[str, Field] = FIELDS) -> dict[str, Any]:
    """The condition in its plain form: known fields, fitting operators, values as texts.

    Raises BadCondition: unknown fields and choices, missing values, more than 50 leaves, more than
    three levels.
    """
    plain = _checked(condition, fields, depth=1)
    if _count(plain) > MOST:
        raise BadCondition(f"Use {MOST} conditions at most.")
    return plain


def _checked(condition: Any, fields: Mapping[str, Field], *, depth: int) -> dict[str, Any]:
    if not isinstance(condition, dict):
        raise BadCondition("A condition has a field, a comparison and a value.")
    for group in GROUPS:
        if group in condition:
            members = condition[group]
            if not isinstance(members, list):
                raise BadCondition("A group of conditions is a list.")
            if depth > DEEPEST:
                raise BadCondition(f"Nest conditions {DEEPEST} levels deep at most.")
            return {group: [_checked(one, fields, depth=depth + 1) for one in members]}
    return _leaf(condition, fields)


def _leaf(leaf: dict[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    field = fields.get(str(leaf.get("field", "")))
    if field is None:
        raise BadCondition(
            "A condition looks at something that is not there (any more). Remove it."
        )
    operator = OPERATORS.get(str(leaf.get("is", "")))
    if operator is None or operator.key not in field.operators:
        raise BadCondition(f"Choose how to compare {field.label}.")
    plain: dict[str, Any] = {"field": field.key, "is": operator.key}
    if operator.takes:
        plain["value"] = _value(leaf.get("value"), field, operator)
    return plain


def _value(value: Any, field: Field, operator: Operator) -> Any:
    if operator.takes == "number":
        return _number(value, field)
    many = value if isinstance(value, list) else [value]
    texts = [" ".join(str(one).split())[:LONGEST] for one in many if one is not None]
    texts = [one for one in dict.fromkeys(texts) if one]
    if not texts:
        raise BadCondition(f"Say what to compare {field.label} with.")
    if any("\x00" in one for one in texts):
        raise BadCondition(f"{field.label.capitalize()} holds a sign that can't be kept.")
    if field.options is not None and not field.is_open and operator.takes == "many":
        known = {key for key, _ in field.options()}
        if any(one not in known for one in texts):
            raise BadCondition(
                f"A choice for {field.label} is not there (any more). Choose it anew."
            )
    return texts


def _number(value: Any, field: Field) -> float:
    value = value[0] if isinstance(value, list) and value else value
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100_000:
        raise BadCondition(f"Give a number for {field.label}: 0 to 100,000.")
    return number


def _count(condition: dict[str, Any]) -> int:
    for group in GROUPS:
        if group in condition:
            return sum(_count(one) for one in condition[group])
    return 1


def problems(condition: Mapping[str, Any], *, fields: Mapping[str, Field] = FIELDS) -> list[str]:
    """What became wrong with a kept condition: a field, a team or a person that went."""
    for group in GROUPS:
        if group in condition:
            return [said for one in condition[group] for said in problems(one, fields=fields)]
    try:
        _leaf(dict(condition), fields)
    except BadCondition as why:
        return [str(why)]
    return []
