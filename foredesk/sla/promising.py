"""Policies: what is promised to whom. The order decides: the first that fits counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused
from foredesk.sla import durations, recalculating, standards
from foredesk.sla.events import PoliciesOrdered, PolicyChanged, PolicyRemoved
from foredesk.sla.metrics import BY_KEY, PAUSES
from foredesk.sla.models import Policy, Schedule
from foredesk.tickets.conditions.checking import BadCondition, check
from foredesk.tickets.models import Priority

LONGEST_NAME = 80
MOST = 50
FIELDS = ("name", "conditions", "targets", "schedule_id", "pauses", "is_active")


def promise(
    *,
    name: str,
    conditions: Mapping[str, Any],
    targets: Mapping[str, Mapping[str, str]],
    schedule: Schedule | None,
    pauses: list[str],
    is_active: bool = True,
    by: Actor | Doer,
    at: datetime,
) -> Policy:
    """A new policy, the last in order. Records PolicyChanged; open tickets are looked at anew.

    `targets` are times as people write them ("4 h") by metric and priority. Raises NotAllowed,
    Refused.
    """
    must_administer(by)
    wanted = _checked(name, conditions, targets, schedule, pauses, is_active)
    if Policy.objects.count() >= MOST:
        raise Refused(f"There are {MOST} promises already. Remove one first.")
    try:
        with transaction.atomic():
            last = Policy.objects.aggregate(last=Max("position"))["last"]
            policy = Policy(position=0 if last is None else last + 1, changed_at=at)
            return _save(policy, wanted, before={}, by=by, at=at)
    except IntegrityError:
        raise _taken(name) from None


def change(
    policy: Policy,
    *,
    name: str,
    conditions: Mapping[str, Any],
    targets: Mapping[str, Mapping[str, str]],
    schedule: Schedule | None,
    pauses: list[str],
    is_active: bool,
    by: Actor | Doer,
    at: datetime,
) -> Policy:
    """Promise otherwise. Records PolicyChanged with what changed, and nothing when nothing did.

    Running clocks get their new time, and time that was paused stays paused. Raises NotAllowed,
    Refused.
    """
    must_administer(by)
    wanted = _checked(name, conditions, targets, schedule, pauses, is_active)
    try:
        with transaction.atomic():
            row = Policy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
            before = {f: getattr(row, f) for f in FIELDS if getattr(row, f) != wanted[f]}
            if not before:
                return row
            row.changed_at = at
            return _save(row, wanted, before=before, by=by, at=at)
    except IntegrityError:
        raise _taken(name) from None


def _save(
    row: Policy, wanted: dict[str, Any], *, before: dict[str, Any], by: Actor | Doer, at: datetime
) -> Policy:
    changed = {f: wanted[f] for f in FIELDS if f in before or row.pk is None}
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save()
    fact = PolicyChanged(policy_id=row.pk, name=row.name, before=before, after=changed)
    recording.record(fact, by=by, at=at)
    recalculating.ask(f"The promise “{row.name}” was changed.", by=by, at=at)
    transaction.on_commit(standards.forget)
    return row


def remove(policy: Policy, *, by: Actor | Doer, at: datetime) -> None:
    """Promise it no longer: its running clocks are called off, those that are over stay.

    Records PolicyRemoved. Raises NotAllowed.
    """
    must_administer(by)
    with transaction.atomic():
        row = Policy.objects.select_for_update(of=("self",)).filter(pk=policy.pk).first()
        if row is None:
            return
        fact = PolicyRemoved(policy_id=row.pk, name=row.name)
        row.delete()
        recording.record(fact, by=by, at=at)
        recalculating.ask(f"The promise “{row.name}” was removed.", by=by, at=at)
        transaction.on_commit(standards.forget)


def order(numbers: list[int], *, by: Actor | Doer, at: datetime) -> None:
    """Put the policies into this order; those that aren't named follow as they were.

    Records PoliciesOrdered when the order changed. Raises NotAllowed.
    """
    must_administer(by)
    with transaction.atomic():
        rows = list(Policy.objects.select_for_update(of=("self",)).order_by("position", "id"))
        place = {pk: index for index, pk in enumerate(numbers)}
        sorted_rows = sorted(rows, key=lambda row: place.get(row.pk, len(place)))
        if [row.pk for row in sorted_rows] == [row.pk for row in rows]:
            return
        for index, row in enumerate(sorted_rows):
            row.position = index
        Policy.objects.bulk_update(sorted_rows, ["position"])
        fact = PoliciesOrdered(order=[row.pk for row in sorted_rows])
        recording.record(fact, by=by, at=at)
        recalculating.ask("The promises were put into another order.", by=by, at=at)
        transaction.on_commit(standards.forget)


def _checked(
    name: str,
    conditions: Mapping[str, Any],
    targets: Mapping[str, Mapping[str, str]],
    schedule: Schedule | None,
    pauses: list[str],
    is_active: bool,
) -> dict[str, Any]:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Refused("Give the promise a name.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"A promise's name has {LONGEST_NAME} characters at most.")
    try:
        plain = check(dict(conditions) or {"all": []})
    except BadCondition as why:
        raise Refused(str(why)) from None
    times = _targets(targets)
    if schedule is not None and times:
        _must_open(schedule)
    return {
        "name": name,
        "conditions": plain,
        "targets": times,
        "schedule_id": schedule.pk if schedule else None,
        "pauses": [one for one in PAUSES if one in pauses],
        "is_active": is_active,
    }


def _targets(targets: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    plain: dict[str, dict[str, str]] = {}
    for metric, by_priority in targets.items():
        if metric not in BY_KEY:
            raise Refused("Something is promised that nobody measures.")
        times = {}
        for priority, text in by_priority.items():
            if priority not in {str(value) for value in Priority.values}:
                raise Refused("A priority is low, normal, high or urgent.")
            if time := durations.parse(str(text)):
                times[priority] = time
        if times:
            plain[metric] = times
    if not plain:
        raise Refused("Promise at least one time.")
    return plain


def _must_open(schedule: Schedule) -> None:
    if not any(schedule.week):
        raise Refused(f"“{schedule.name}” has no open hours: nothing would ever be due.")


def _taken(name: str) -> Refused:
    return Refused(f"There is already a promise called {' '.join(name.split())}.")
