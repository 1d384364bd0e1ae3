"""How customers are asked: set by admins, off on a new desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused
from foredesk.surveys import wording
from foredesk.surveys.events import SurveyPlanChanged
from foredesk.surveys.models import SurveyPlan
from foredesk.surveys.scales import STEPS

LONGEST_DELAY, LONGEST_PAUSE, LONGEST_OPEN = 24 * 30, 365, 60
LONGEST_SUBJECT, LONGEST_TEXT = 150, 4000
MOST_REASONS, LONGEST_REASON = 10, 60
FIELDS = (
    "is_on", "delay_hours", "scale", "every_days", "open_days", "channels", "subject", "text",
    "good_reasons", "bad_reasons",
)  # fmt: skip
_RANGES = {
    "delay_hours": ("The wait after solving", 0, LONGEST_DELAY, "hours"),
    "every_days": ("The pause between two surveys", 1, LONGEST_PAUSE, "days"),
    "open_days": ("The time to answer", 1, LONGEST_OPEN, "days"),
}


class BadPlan(Refused):
    """It can't be asked so; `field` is what is wrong, the message how."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def change(*, by: Actor | Doer, at: datetime, **wanted: Any) -> SurveyPlan:
    """Change any of FIELDS. Switched on, it asks about what is solved from then on.

    Records SurveyPlanChanged with what changed. Raises NotAllowed, BadPlan, TypeError for a field
    that there is not.
    """
    must_administer(by)
    unknown = set(wanted) - set(FIELDS)
    if unknown:
        raise TypeError(f"Nothing to set: {', '.join(sorted(unknown))}")
    checked = {name: _checked(name, value) for name, value in wanted.items()}
    with transaction.atomic():
        SurveyPlan.objects.bulk_create([SurveyPlan(id=1)], ignore_conflicts=True)
        row = SurveyPlan.objects.select_for_update().get(pk=1)
        before = {n: getattr(row, n) for n, one in checked.items() if getattr(row, n) != one}
        if not before:
            return row
        if checked.get("is_on") and not row.is_on:
            row.since = at
        for name in before:
            setattr(row, name, checked[name])
        row.save()
        fact = SurveyPlanChanged(before=before, after={name: checked[name] for name in before})
        recording.record(fact, by=by, at=at)
        return row


def _checked(name: str, value: Any) -> Any:
    if name == "is_on":
        return bool(value)
    if name in _RANGES:
        what, least, most, unit = _RANGES[name]
        if type(value) is not int or not least <= value <= most:
            raise BadPlan(name, f"{what} is a number from {least} to {most:,} {unit}.")
        return value
    if name == "scale":
        if value not in STEPS:
            raise BadPlan(name, "A scale has 2, 3 or 5 steps.")
        return value
    if name == "channels":
        known = wording.all_channels()
        return [one for one in known if one in value]
    if name in ("good_reasons", "bad_reasons"):
        return _reasons(name, value)
    return _text(name, value)


def _text(name: str, value: str) -> str:
    text = value.replace("\r\n", "\n").strip()
    if "\x00" in text:
        raise BadPlan(name, "It holds a sign that can't be kept.")
    if name == "subject":
        text = " ".join(text.split())
    if not text:
        raise BadPlan(name, "Write what the mail says.")
    longest = LONGEST_SUBJECT if name == "subject" else LONGEST_TEXT
    if len(text) > longest:
        raise BadPlan(name, f"Use {longest:,} characters at most.")
    unknown = wording.unknown_places(text)
    if unknown:
        known = ", ".join(f"{{{one}}}" for one in wording.PLACES)
        raise BadPlan(name, f"{{{unknown[0]}}} can’t be filled in. There are {known}.")
    if name == "text" and text.count("{choices}") != 1:
        raise BadPlan(name, "Say once where the links go: {choices}.")
    if name == "subject" and "{choices}" in text:
        raise BadPlan(name, "The links go into the text, not into the subject.")
    return text


def _reasons(name: str, value: Iterable[str]) -> list[str]:
    found = dict.fromkeys(" ".join(one.replace("\x00", "").split()) for one in value)
    reasons = [one for one in found if one]
    if len(reasons) > MOST_REASONS:
        raise BadPlan(name, f"Use {MOST_REASONS} reasons at most.")
    if any(len(one) > LONGEST_REASON for one in reasons):
        raise BadPlan(name, f"A reason has {LONGEST_REASON} characters at most.")
    return reasons
