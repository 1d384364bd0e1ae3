"""Write rules: add, change, switch on and off, put in order, remove."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from foredesk.automations import automating, rulebook, wording
from foredesk.automations.checking import BadRule, check
from foredesk.automations.events import (
    RuleAdded,
    RuleChanged,
    RuleMoved,
    RuleRemoved,
    RuleSwitched,
)
from foredesk.automations.models import Rule, RuleVersion
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM, Actor, Doer, actor_of
from foredesk.people.permissions import must_write_rules

MOST = 500
PARTS = ("name", "kind", "when", "conditions", "steps", "stops")
CHANGED_MEANWHILE = "Somebody else changed this rule meanwhile. Reload the page and look again."


def add(data: Mapping[str, Any], *, by: Actor | Doer, at: datetime, is_demo: bool = False) -> Rule:
    """A new rule at the end of the order, switched off. Records RuleAdded.

    Raises NotAllowed, BadRule.
    """
    must_write_rules(by)
    plain = check(data)
    with transaction.atomic():
        rows = Rule.objects.select_for_update().filter(removed_at=None).order_by("position", "id")
        last = list(rows.values_list("position", flat=True))
        if len(last) >= MOST:
            raise BadRule(f"A desk has {MOST} rules at most. Remove one that you no longer need.")
        rule = Rule.objects.create(
            **plain,
            position=(last[-1] + 1) if last else 1,
            made_at=at,
            changed_at=at,
            is_demo=is_demo,
        )
        _keep(rule, "made this rule", by=by, at=at)
        recording.record(RuleAdded(rule_id=rule.pk, name=rule.name), by=by, at=at)
    rulebook.forget()
    return rule


def change(
    rule: Rule, data: Mapping[str, Any], *, seen: int | None = None, by: Actor | Doer, at: datetime
) -> Rule:
    """Another version of the rule; the same again changes nothing. Records RuleChanged.

    `seen` is the version that the person looked at. Raises NotAllowed, BadRule.
    """
    must_write_rules(by)
    plain = check(data)
    with transaction.atomic():
        row = _locked(rule)
        if seen is not None and seen != row.version:
            raise BadRule(CHANGED_MEANWHILE)
        before = snapshot(row)
        if before == plain:
            return row
        for name in PARTS:
            setattr(row, name, plain[name])
        row.version, row.changed_at = row.version + 1, at
        row.is_demo = row.is_demo and by is SYSTEM
        row.failures, row.trouble, row.troubled_at = 0, "", None
        if not row.is_trigger:
            automating.begin_anew(row)
        row.save()
        what = wording.changes(before, plain)
        _keep(row, what, by=by, at=at)
        fact = RuleChanged(rule_id=row.pk, name=row.name, version=row.version, what=what)
        recording.record(fact, by=by, at=at)
    rulebook.forget()
    return row


def switch(rule: Rule, *, is_active: bool, by: Actor | Doer, at: datetime) -> Rule:
    """On or off. Records RuleSwitched; what is so already stays.

    An automation that goes on looks at every ticket once. Raises NotAllowed, and BadRule when a
    part of it is not there any more.
    """
    must_write_rules(by)
    with transaction.atomic():
        row = _locked(rule)
        if row.is_active == is_active:
            return row
        if is_active:
            check(snapshot(row))
            row.is_demo = row.is_demo and by is SYSTEM
            row.failures, row.trouble, row.troubled_at = 0, "", None
            automating.begin_anew(row)
        row.is_active, row.switched_at, row.switched_by = is_active, at, actor_of(by).name
        row.save()
        fact = RuleSwitched(rule_id=row.pk, name=row.name, is_active=is_active)
        recording.record(fact, by=by, at=at)
    rulebook.forget()
    return row


def move(rule: Rule, *, up: bool, by: Actor | Doer, at: datetime) -> None:
    """One place up or down in the order; at its end nothing changes. Records RuleMoved.

    Raises NotAllowed, BadRule.
    """
    must_write_rules(by)
    with transaction.atomic():
        rows = list(
            Rule.objects.select_for_update().filter(removed_at=None).order_by("position", "id")
        )
        here = next((n for n, row in enumerate(rows) if row.pk == rule.pk), None)
        if here is None:
            raise BadRule("This rule was removed meanwhile.")
        there = here - 1 if up else here + 1
        if not 0 <= there < len(rows):
            return
        rows[here], rows[there] = rows[there], rows[here]
        for position, row in enumerate(rows, 1):
            row.position = position
        Rule.objects.bulk_update(rows, ["position"])
        fact = RuleMoved(rule_id=rule.pk, name=rule.name, position=there + 1)
        recording.record(fact, by=by, at=at)
    rulebook.forget()


def remove(rule: Rule, *, by: Actor | Doer, at: datetime) -> None:
    """Off and out of the list; tickets still say what it did. Records RuleRemoved.

    Raises NotAllowed.
    """
    must_write_rules(by)
    with transaction.atomic():
        row = Rule.objects.select_for_update().get(pk=rule.pk)
        if row.removed_at is not None:
            return
        row.is_active, row.removed_at = False, at
        row.save(update_fields=["is_active", "removed_at"])
        recording.record(RuleRemoved(rule_id=row.pk, name=row.name), by=by, at=at)
    rulebook.forget()


def snapshot(rule: Rule) -> dict[str, Any]:
    """What a version of a rule consists of."""
    return {name: getattr(rule, name) for name in PARTS}


def _locked(rule: Rule) -> Rule:
    row = Rule.objects.select_for_update().filter(pk=rule.pk, removed_at=None).first()
    if row is None:
        raise BadRule("This rule was removed meanwhile.")
    return row


def _keep(rule: Rule, what: str, *, by: Actor | Doer, at: datetime) -> None:
    RuleVersion.objects.create(
        rule=rule,
        version=rule.version,
        data=snapshot(rule),
        what=what[:500],
        by=actor_of(by).name,
        at=at,
    )
