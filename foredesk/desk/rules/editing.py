"""What the page of one rule shows: the sentence with its slots, the dry run, the changes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from foredesk.automations import (
    actions,
    calling,
    cautioning,
    checking,
    queries,
    rehearsing,
    stepping,
    timing,
    wording,
    writing_rules,
)
from foredesk.automations.fields import fields_for
from foredesk.automations.occasions import OCCASIONS
from foredesk.desk import conditions
from foredesk.desk.access import me
from foredesk.desk.rules.drafts import Draft, data_of
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.tickets.conditions.fields import FIELDS


def listing(*, chosen: Any = None) -> dict[str, Any]:
    """The rules in order, with what they did today."""
    at = now()
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    ran, stopped = queries.runs_since(midnight), queries.stops_since(midnight)
    rows = [
        {
            "pk": rule.pk,
            "name": rule.name,
            "is_active": rule.is_active,
            "icon": "zap" if rule.is_trigger else "clock",
            "line": _line(rule, ran.get(rule.pk, 0), stopped.get(rule.pk, 0)),
            "trouble": rule.trouble if rule.is_active else "",
            "number": number,
        }
        for number, rule in enumerate(queries.rules(), 1)
    ]
    return {"rows": rows, "chosen": chosen}


def _line(rule: Any, ran: int, stopped: int) -> str:
    if not rule.is_active:
        return f"switched off by {rule.switched_by}" if rule.switched_by else "not switched on yet"
    said = f"ran {ran} time{'' if ran == 1 else 's'} today" if ran else "did not run today"
    return f"{said}, was stopped {stopped}" if stopped else said


def page(
    request: HttpRequest,
    draft: Draft,
    *,
    rule: Any = None,
    refusal: str = "",
    last: int = 200,
    tried: str = "",
) -> dict[str, Any]:
    """Everything that the pane of one rule shows."""
    channels = conditions.options(FIELDS["channel"])
    return {
        "rule": rule,
        "draft": draft,
        "refusal": refusal,
        "version": rule.version if rule else 0,
        "occasions": [
            (one.key, one.words)
            for one in OCCASIONS.values()
            if one.is_offered() or one.key in draft.occasions
        ],
        "occasion_words": wording.when("trigger", {"occasions": draft.occasions}),
        "is_message": any(OCCASIONS[key].is_message for key in draft.occasions if key in OCCASIONS),
        "channel_options": channels,
        "channel_words": conditions.chosen(draft.channels, channels) or "any channel",
        "moments": [(one.key, one.words) for one in timing.MOMENTS.values()],
        "conditions": conditions.form(draft.lines, fields_for(draft.kind)),
        "steps": steps_of(draft.steps),
        "actions": [(one.key, _verb(one)) for one in _offered()],
        **_judged(request, draft, rule, last=last, tried=tried),
        **(_past(request, rule) if rule else {}),
    }


def _verb(action: Any) -> str:
    return " ".join(action.words.split("{")[0].split()) or action.key


def actions_for_macros() -> list[tuple[str, str]]:
    """What the steps of a macro can do."""
    return [(one.key, _verb(one)) for one in _offered() if one.for_macros]


def _offered() -> list[Any]:
    return [one for one in actions.all_actions().values() if one.is_offered()]


def steps_of(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each step as its line of slots."""
    known = actions.all_actions()
    shown = []
    for number, step in enumerate(steps):
        action = known.get(step.get("do", ""))
        pieces: list[dict[str, Any]] = []
        for piece in stepping.pieces(action)[1:] if action else []:
            if isinstance(piece, str):
                pieces.append({"text": piece.strip()})
                continue
            value = step.get(piece.name, "")
            options = piece.options() if piece.options is not None else []
            pieces.append(
                {
                    "slot": piece,
                    "options": options,
                    "value": conditions.plain(value),
                    "is_gone": bool(options or piece.takes == "one")
                    and str(value) not in dict(options),
                }
            )
        shown.append(
            {"number": number, "do": step.get("do", ""), "action": action, "pieces": pieces}
        )
    return shown


def _judged(
    request: HttpRequest, draft: Draft, rule: Any, *, last: int, tried: str
) -> dict[str, Any]:
    """The dry run and what to look at; or what is missing before there can be any."""
    viewer = me(request)
    try:
        plain = checking.check({**data_of(draft), "name": draft.name or "This rule"})
    except checking.BadRule as why:
        return {"missing": str(why), "last": last}
    number, others = queries.others_of(rule)
    found: dict[str, Any] = {
        "missing": "",
        "last": last,
        "last_choices": rehearsing.CHOICES,
        "rehearsal": rehearsing.rehearse(plain, viewer=viewer, last=last, at=now()),
        "cautions": cautioning.cautions(plain, number=number, others=others),
        "tried": tried,
    }
    if tried:
        pk = numbers.whole(tried.lstrip("# "))
        found["trial"] = rehearsing.try_on(plain, pk, viewer=viewer, at=now()) if pk else None
    return found


def _past(request: HttpRequest, rule: Any) -> dict[str, Any]:
    """What was changed, what it did lately, and how its webhooks fare."""
    is_calling = any(step.get("do") == "webhook" for step in rule.steps)
    return {
        "versions": queries.versions_of(rule),
        "runs": queries.runs_of(me(request), rule, limit=5),
        "calls": queries.calls_of(rule) if is_calling else [],
        "signing_key": calling.key_of(rule) if is_calling else "",
        "is_broken": rule.failures >= calling.BREAKS_AFTER,
        "breaks_after": calling.BREAKS_AFTER,
    }


def snapshot(rule: Any) -> dict[str, Any]:
    """A kept rule in its plain form."""
    return writing_rules.snapshot(rule)
