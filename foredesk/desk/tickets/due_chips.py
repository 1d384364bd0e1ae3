"""The chip that says when a ticket is due: prepared from the ticket's own columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from foredesk.design import wording
from foredesk.sla import queries
from foredesk.tickets.conditions.wording import leaf_sentence

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


def promises(read: Mapping[str, list[dict[str, Any]]], *, at: datetime) -> dict[str, Any] | None:
    """A ticket's promises for its side panel, from what was read beside it: policy, why, and each
    clock; None without any."""
    found = queries.promises_of(read)
    if not found.clocks and not found.policy:
        return None
    return {
        "policy": found.policy,
        "because": _(" and ").join(leaf_sentence(one) for one in found.because),
        "clocks": [_clock(one, at) for one in found.clocks],
    }


def _clock(clock: Any, at: datetime) -> dict[str, Any]:
    """One promise in words: what, by when, how it went."""
    target = wording.span(timedelta(seconds=clock.target))
    chip = {"state": "ok", "label": "", "left": 0, "title": ""}
    zone = timezone.get_current_timezone()
    words = _("promised in %(span)s") % {"span": target}
    if clock.state == "fulfilled":
        is_late = clock.breached_at is not None
        span = wording.span(clock.ended_at - clock.due_at) if is_late else ""
        label = _("%(span)s late") % {"span": span} if is_late else _("Kept")
        chip |= {"state": "late" if is_late else "met", "label": label}
    elif clock.state == "cancelled":
        chip |= {"state": "paused", "label": _("Called off")}
    elif clock.state == "paused":
        left = wording.span(timedelta(seconds=max(0, clock.target - clock.counted)))
        words = _("%(span)s left when it goes on") % {"span": left}
        chip |= {"state": "paused", "label": _("Paused")}
    elif clock.due_at is None:
        chip |= {"state": "paused", "label": _("Never due")}
    elif clock.due_at <= at:
        late = _("%(span)s late") % {"span": wording.span(at - clock.due_at)}
        chip |= {"state": "late", "label": late}
    else:
        when = wording.moment(clock.due_at, now=at, zone=zone)
        words = _("by %(when)s") % {"when": when}
        share = (clock.due_at - at) / max(clock.due_at - clock.started_at, timedelta(seconds=1))
        chip |= {"label": wording.span(clock.due_at - at), "left": max(1, round(100 * share))}
    return {"says": _(WHAT.get(clock.metric, "Due")), "words": words, "chip": chip}
