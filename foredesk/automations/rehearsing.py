"""The dry run: what a rule would have done on the last tickets. Nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from foredesk.automations import occasions, running, stepping, timing
from foredesk.automations.fields import Happening, fields_for
from foredesk.automations.models import RuleKind
from foredesk.logbook.facts import fact_from
from foredesk.logbook.models import Entry
from foredesk.people.models import Agent
from foredesk.tickets.conditions.evaluating import GROUPS, evaluate
from foredesk.tickets.conditions.pictures import MOST_TEXT, Picture, pictures_of
from foredesk.tickets.conditions.wording import leaf_sentence
from foredesk.tickets.models import LIVE, Message
from foredesk.tickets.visibility import visible_to

CHOICES = (50, 200, 1000)
SHOWN = 20


@dataclass(frozen=True)
class Change:
    """A ticket on which the rule would have acted, and what would have been different."""

    number: int
    subject: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Rehearsal:
    """`looked` tickets were looked at, `fitting` fitted, `changing` of them would have changed."""

    looked: int
    fitting: int
    changing: int
    shown: tuple[Change, ...]


@dataclass(frozen=True)
class Trial:
    """One ticket: every condition with whether it holds and what was found; then the steps.

    `is_set_off`: whether anything that ever happened to it sets the rule off.
    """

    number: int
    subject: str
    is_set_off: bool
    fits: bool
    conditions: tuple[tuple[str, str, bool], ...]
    changes: tuple[tuple[str, str], ...]


def rehearse(data: Mapping[str, Any], *, viewer: Agent, last: int, at: datetime) -> Rehearsal:
    """Look at the `last` tickets that `viewer` may see, as they are now.

    A trigger is asked about the latest thing that happened to each and that sets it off.
    """
    last = last if last in CHOICES else CHOICES[1]
    rows = visible_to(viewer).filter(LIVE).order_by("-id").values_list("id", flat=True)
    ids = list(rows[:last])
    pictures = pictures_of(ids)
    happenings = _happenings(data, pictures, at=at)
    fields = fields_for(data["kind"])
    found = []
    fitting = 0
    for pk in ids:
        happening = happenings.get(pk)
        if happening is None:
            continue
        if not evaluate(data["conditions"], happening, at=at, fields=fields).fits:
            continue
        fitting += 1
        changes = tuple(filter(None, (stepping.preview(one, happening) for one in data["steps"])))
        if changes:
            found.append(Change(pk, pictures[pk].subject, changes))
    return Rehearsal(len(ids), fitting, len(found), tuple(found[:SHOWN]))


def try_on(data: Mapping[str, Any], number: int, *, viewer: Agent, at: datetime) -> Trial | None:
    """The rule on one ticket; None when there is none that `viewer` may see."""
    if not visible_to(viewer).filter(pk=number).exists():
        return None
    picture = pictures_of([number])[number]
    happening = _happenings(data, {number: picture}, at=at).get(number)
    seen = happening or picture
    fields = fields_for(data["kind"])
    conditions = [
        (
            leaf_sentence(leaf, fields=fields),
            running.found(leaf, seen, fields),
            evaluate(leaf, seen, at=at, fields=fields).fits,
        )
        for leaf in _leaves(data["conditions"])
    ]
    fits = happening is not None and evaluate(data["conditions"], seen, at=at, fields=fields).fits
    changes = [(stepping.sentence(one), stepping.preview(one, seen)) for one in data["steps"]]
    return Trial(
        number=number,
        subject=picture.subject,
        is_set_off=happening is not None,
        fits=fits,
        conditions=tuple(conditions),
        changes=tuple(changes),
    )


def _leaves(condition: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    for group in GROUPS:
        if group in condition:
            return [leaf for one in condition[group] for leaf in _leaves(one)]
    return [condition]


def _happenings(
    data: Mapping[str, Any], pictures: Mapping[int, Picture], *, at: datetime
) -> dict[int, Any]:
    """For each ticket what the rule would be asked about; tickets without such are left out."""
    if data["kind"] == RuleKind.AUTOMATION:
        return {pk: one for pk, one in pictures.items() if timing.due(data["when"], one, at=at)}
    entries = Entry.objects.filter(
        about_kind="ticket",
        about_id__in=list(pictures),
        kind__in=occasions.kinds(data["when"]),
    ).order_by("-id")
    found: dict[int, tuple[Any, Entry]] = {}
    for entry in entries:
        if entry.about_id is None or entry.about_id in found:
            continue
        fact = fact_from(entry.kind, entry.data)
        channel = getattr(fact, "channel", "")
        if occasions.is_set_off(
            data["when"], occasions.of(fact), actor_kind=entry.actor_kind, channel=channel
        ):
            found[entry.about_id] = (fact, entry)
    messages = _messages([getattr(fact, "message_id", None) for fact, _ in found.values()])
    return {
        pk: Happening(
            pictures[pk],
            fact,
            entry.actor_kind,
            entry.at,
            messages.get(getattr(fact, "message_id", 0), ("", "")),
        )
        for pk, (fact, entry) in found.items()
    }


def _messages(ids: list[int | None]) -> dict[int, tuple[str, str]]:
    rows = Message.objects.filter(pk__in=[one for one in ids if one])
    return {
        pk: (f"{subject}\n{text}"[:MOST_TEXT], verdict)
        for pk, subject, text, verdict in rows.values_list("pk", "subject", "body_text", "verdict")
    }
