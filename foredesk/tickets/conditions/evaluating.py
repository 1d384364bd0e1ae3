"""Decide whether a condition fits a picture, and say why. No database, no clock of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from foredesk.tickets.conditions.fields import FIELDS, Field
from foredesk.tickets.conditions.operators import OPERATORS

GROUPS = ("all", "any", "none")


@dataclass(frozen=True)
class Verdict:
    """`because` holds the leaves that decided: those that fit when it fits, those that don't when
    it doesn't. A leaf that a `none` keeps out decides when it fits."""

    fits: bool
    because: tuple[dict[str, Any], ...] = ()


def evaluate(
    condition: Mapping[str, Any],
    picture: Any,
    *,
    at: datetime,
    fields: Mapping[str, Field] = FIELDS,
) -> Verdict:
    """Whether `picture` fits at the moment `at`.

    A leaf about a field or an operator that is no longer known never fits, nor does a group that
    keeps one out: what nobody understands must not act. Raises nothing.
    """
    for group in GROUPS:
        if group in condition:
            parts = [evaluate(one, picture, at=at, fields=fields) for one in condition[group]]
            return _together(group, condition[group], parts, fields)
    return _leaf(condition, picture, at, fields)


def _together(
    group: str, members: list[Any], parts: list[Verdict], fields: Mapping[str, Field]
) -> Verdict:
    if group == "none" and not all(is_understood(one, fields) for one in members):
        return Verdict(False, tuple(dict(one) for one in members if "field" in one))
    if group == "any":
        fits = any(part.fits for part in parts)
    elif group == "none":
        fits = not any(part.fits for part in parts)
    else:
        fits = all(part.fits for part in parts)
    deciding = fits if group != "none" else not fits
    if group == "none" and fits:
        return Verdict(True, tuple(leaf for part in parts for leaf in part.because))
    return Verdict(fits, tuple(leaf for p in parts if p.fits == deciding for leaf in p.because))


def _leaf(
    leaf: Mapping[str, Any], picture: Any, at: datetime, fields: Mapping[str, Field]
) -> Verdict:
    field, operator = fields.get(leaf.get("field", "")), OPERATORS.get(leaf.get("is", ""))
    if field is None or operator is None or operator.key not in field.operators:
        return Verdict(False, (dict(leaf),))
    fits = operator.test(field.read(picture), leaf.get("value"), at)
    return Verdict(fits, (dict(leaf),))


def fits(
    condition: Mapping[str, Any],
    picture: Any,
    *,
    at: datetime,
    fields: Mapping[str, Field] = FIELDS,
) -> bool:
    """What `evaluate` decides, without the grounds: it asks no more than it has to."""
    if "all" in condition:
        return all(fits(one, picture, at=at, fields=fields) for one in condition["all"])
    if "any" in condition:
        return any(fits(one, picture, at=at, fields=fields) for one in condition["any"])
    if "none" in condition:
        members = condition["none"]
        if not all(is_understood(one, fields) for one in members):
            return False
        return not any(fits(one, picture, at=at, fields=fields) for one in members)
    field, operator = fields.get(condition.get("field", "")), OPERATORS.get(condition.get("is", ""))
    if field is None or operator is None or operator.key not in field.operators:
        return False
    return operator.test(field.read(picture), condition.get("value"), at)


def is_understood(condition: Mapping[str, Any], fields: Mapping[str, Field] = FIELDS) -> bool:
    """Whether every field and operator in it is known."""
    for group in GROUPS:
        if group in condition:
            return all(is_understood(one, fields) for one in condition[group])
    field = fields.get(condition.get("field", ""))
    return field is not None and condition.get("is") in field.operators


def names(condition: Mapping[str, Any]) -> set[str]:
    """The keys of all fields that it looks at."""
    for group in GROUPS:
        if group in condition:
            return set().union(*(names(one) for one in condition[group]))
    return {condition["field"]} if "field" in condition else set()
