"""Steps as data: taken from outside, said as sentences, looked ahead, done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from foredesk.automations import actions
from foredesk.automations.actions.contract import (
    MANY,
    NUMBER,
    ONE,
    TEXT,
    Action,
    Doing,
    Impossible,
    Slot,
)
from foredesk.tickets.models import Ticket

MOST = 20
_SLOT = re.compile(r"\{([a-z_]{1,30})\}")
Step = Mapping[str, Any]


class BadStep(ValueError):
    """It can't be used; the message says why and what to do."""


def check(steps: Any, *, for_macro: bool = False) -> list[dict[str, Any]]:
    """The steps in their plain form. Raises BadStep."""
    if not isinstance(steps, list):
        raise BadStep("Steps are a list.")
    if len(steps) > MOST:
        raise BadStep(f"Use {MOST} steps at most.")
    return [_checked(step, for_macro) for step in steps]


def _checked(step: Any, for_macro: bool) -> dict[str, Any]:
    key = str(step.get("do", "")) if isinstance(step, dict) else ""
    action = actions.all_actions().get(key)
    if action is None or (for_macro and not action.for_macros):
        raise BadStep("A step does something that is not there (any more). Remove it.")
    return {"do": key, **{slot.name: _value(step.get(slot.name), slot) for slot in action.slots}}


def _value(value: Any, slot: Slot) -> Any:
    if slot.takes == NUMBER:
        return _number(value, slot)
    if slot.takes == MANY:
        many = value if isinstance(value, list) else [value]
        return [_choice(one, slot) for one in many if one not in (None, "")]
    text = str(value if value is not None else "").replace("\r\n", "\n").strip()
    if "\x00" in text:
        raise BadStep(f"{slot.label} holds a sign that can't be kept.")
    if slot.takes == ONE:
        return _choice(text, slot)
    if slot.takes != TEXT:
        text = " ".join(text.split())
    if not text:
        raise BadStep(f"Fill in: {slot.label}.")
    if len(text) > slot.longest:
        raise BadStep(f"{slot.label} has {slot.longest} characters at most.")
    if slot.check is not None:
        try:
            slot.check(text)
        except ValueError as why:
            raise BadStep(str(why)) from None
    return text


def _choice(value: Any, slot: Slot) -> str:
    known = {key for key, _ in slot.options()} if slot.options else set()
    if str(value) not in known:
        raise BadStep(f"Choose: {slot.label}. What was chosen is not there (any more).")
    return str(value)


def _number(value: Any, slot: Slot) -> float:
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        number = slot.least - 1
    if not slot.least <= number <= slot.most:
        raise BadStep(f"{slot.label} is a number from {slot.least:g} to {slot.most:g}.")
    return number


def problems(steps: Iterable[Step]) -> list[str]:
    """What became wrong with kept steps: a team, a template that went."""
    found = []
    for step in steps:
        try:
            _checked(dict(step), False)
        except BadStep as why:
            found.append(str(why))
    return found


def pieces(action: Action) -> list[str | Slot]:
    """The sentence of an action as texts and slots in their order."""
    parts = _SLOT.split(action.words)
    return [action.slot(part) if number % 2 else part for number, part in enumerate(parts) if part]


def sentence(step: Step) -> str:
    """A step in words; what went is said so."""
    action = actions.all_actions().get(str(step.get("do", "")))
    if action is None:
        return "something that is not there any more"
    said = [
        piece if isinstance(piece, str) else shown(step.get(piece.name), piece)
        for piece in pieces(action)
    ]
    return "".join(said)


def shown(value: Any, slot: Slot) -> str:
    """A setting's value as it stands in the sentence."""
    if slot.options is not None:
        names = dict(slot.options())
        many = value if isinstance(value, list) else [value]
        return " or ".join(names.get(str(one), "something removed") for one in many)
    if isinstance(value, (int, float)):
        return f"{value:g}"
    text = " ".join(str(value or "…").split())
    return f"“{text[:57]}…”" if len(text) > 60 else f"“{text}”"


def preview(step: Step, picture: Any) -> str:
    """What the step would change on a picture, in a word or two; "" for nothing."""
    action = actions.all_actions().get(str(step.get("do", "")))
    return action.preview(picture, step) if action else ""


def run_all(steps: Iterable[Step], ticket: Ticket, doing: Doing) -> list[str]:
    """Do every step in order, each on the ticket as the ones before left it; what was done, as
    sentences. Raises Impossible and what the abilities raise; the caller's transaction undoes the
    rest."""
    did = []
    for step in steps:
        action = actions.all_actions().get(str(step.get("do", "")))
        if action is None:
            raise Impossible("A step does something that is not there any more. Remove it.")
        ticket.refresh_from_db()
        said = action.run(ticket, step, doing)
        if said:
            did.append(said)
    return did
