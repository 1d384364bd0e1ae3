"""The chip that says when a ticket is due: prepared from the ticket's own columns."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from foredesk.design import wording

WHAT = {
    "first_reply": "First reply",
    "next_reply": "Next reply",
    "periodic_update": "Update",
    "requester_wait": "Solved",
    "agent_work": "Solved",
    "full_resolution": "Solved",
}


def chip(due_at: datetime | None, due: dict[str, Any] | None, *, at: datetime) -> dict | None:
    """State, words and share left (0 to 100) of the nearest promise; None when there is none.

    `title` says what was promised, for the pointer and for readers.
    """
    if due is None:
        return None
    what = _(WHAT.get(due["what"], "Due"))
    if due_at is None:
        return {"state": "paused", "label": _("Paused"), "left": 0, "title": what}
    if due_at <= at:
        late = _("%(span)s late") % {"span": wording.span(at - due_at)}
        return {"state": "late", "label": late, "left": 0, "title": what}
    state = _state(due, at)
    span = wording.span(due_at - at)
    label = span if state == "ok" else _("%(span)s left") % {"span": span}
    return {"state": state, "label": label, "left": _left(due_at, due, at), "title": what}


def _state(due: dict[str, Any], at: datetime) -> str:
    if at >= datetime.fromisoformat(due["urgent"]):
        return "urgent"
    return "soon" if at >= datetime.fromisoformat(due["soon"]) else "ok"


def _left(due_at: datetime, due: dict[str, Any], at: datetime) -> int:
    """How much of the promise is left, in hundredths; nights and pauses are as short as the marks
    between them say."""
    marks = [
        (datetime.fromisoformat(due["since"]), 100.0),
        (datetime.fromisoformat(due["soon"]), 100 / 3),
        (datetime.fromisoformat(due["urgent"]), 10.0),
        (due_at, 0.0),
    ]
    for (begin, much), (end, little) in pairwise(marks):
        if at < end:
            share = (end - at) / (end - begin) if end > begin else 0.0
            return max(1, round(little + (much - little) * min(1.0, share)))
    return 1
