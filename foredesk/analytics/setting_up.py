"""What this desk measures by: its hours and what it aims at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from foredesk.analytics import recounting
from foredesk.analytics.defining import Count, Duration, Level, Share
from foredesk.analytics.events import NumbersSet
from foredesk.analytics.measures import MEASURES
from foredesk.analytics.models import Yardstick
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused
from foredesk.sla.models import Schedule

LARGEST = 10**9


def measure_by(schedule: Schedule | None, *, by: Actor | Doer, at: datetime) -> None:
    """Count open hours by `schedule` where a ticket's promise has no hours of its own.

    The first schedule holds for all that was before; a later one from now on. Records NumbersSet.
    Raises NotAllowed.
    """
    must_administer(by)
    with transaction.atomic():
        row = _row()
        before, after = row.schedule_id, schedule.pk if schedule else None
        if before == after:
            return
        row.schedule = schedule
        row.save(update_fields=["schedule"])
        fact = NumbersSet(before={"schedule_id": before}, after={"schedule_id": after})
        recording.record(fact, by=by, at=at)
        recounting.ask("The hours that numbers are counted in were set.", at=at)


def aim(targets: Mapping[str, float | None], *, by: Actor | Doer, at: datetime) -> None:
    """Aim at these figures: seconds of a duration's median, a share from 0 to 1, or a number.

    None takes a target away; measures that are not named keep theirs. Records NumbersSet. Raises
    NotAllowed, Refused.
    """
    must_administer(by)
    for name, wanted in targets.items():
        _must_be_fit(name, wanted)
    with transaction.atomic():
        row = _row()
        before = {name: row.targets.get(name) for name in targets}
        changed = {name: one for name, one in targets.items() if before[name] != one}
        if not changed:
            return
        row.targets = {k: v for k, v in {**row.targets, **changed}.items() if v is not None}
        row.save(update_fields=["targets"])
        fact = NumbersSet(
            before={"targets": {name: before[name] for name in changed}},
            after={"targets": dict(changed)},
        )
        recording.record(fact, by=by, at=at)


def yardstick() -> Yardstick:
    """What is measured by now."""
    return Yardstick.objects.select_related("schedule").first() or Yardstick(id=1)


def _row() -> Yardstick:
    Yardstick.objects.bulk_create([Yardstick(id=1)], ignore_conflicts=True)
    return Yardstick.objects.select_for_update().get(pk=1)


def _must_be_fit(name: str, wanted: Any) -> None:
    measure = MEASURES.get(name)
    if measure is None:
        raise Refused(f"Nobody measures “{name[:60]}”.")
    if wanted is None:
        return
    if isinstance(measure, Share) and not 0 <= wanted <= 1:
        raise Refused(f"{measure.words.title}: a target lies between 0 and 100 %.")
    if isinstance(measure, Duration | Count | Level) and not 0 < wanted <= LARGEST:
        raise Refused(f"{measure.words.title}: a target is more than nothing.")
