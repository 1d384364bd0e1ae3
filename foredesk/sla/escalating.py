"""Escalations: whom to tell when little of a promise is left, and who has the ticket then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused
from foredesk.sla import recalculating, standards
from foredesk.sla.events import EscalationsSet
from foredesk.sla.models import Escalation
from foredesk.tickets import addressees

MOST = 6
LEFT = (500, 333, 250, 100, 0, -250, -500, -1000)
"""What can be left, in thousandths of the target; below 0 it has been late for so long."""
FREE = "free"


@dataclass(frozen=True)
class Step:
    """What happens when `left` thousandths of a promise are left: who is told (keys of
    tickets/addressees.py), and where the ticket goes ("" nowhere, "free", a team, a person)."""

    left: int
    tell: tuple[str, ...] = ()
    move_to: str = ""


def set_steps(steps: Sequence[Step], *, by: Actor | Doer, at: datetime) -> None:
    """Escalate at these moments and no others. Records EscalationsSet when something changed.

    Raises NotAllowed; Refused for two steps at one moment, a step that does nothing, more than six,
    and for people and teams that are not there (any more).
    """
    must_administer(by)
    _check(steps)
    with transaction.atomic():
        before = [asdict(one) for one in current()]
        wanted = sorted(steps, key=lambda one: -one.left)
        after = [asdict(one) for one in wanted]
        if before == after:
            return
        Escalation.objects.all().delete()
        Escalation.objects.bulk_create(
            [Escalation(left=one.left, tell=list(one.tell), move_to=one.move_to) for one in wanted]
        )
        recording.record(EscalationsSet(before=before, steps=after), by=by, at=at)
        recalculating.ask("Escalations were changed.", by=by, at=at)
        transaction.on_commit(standards.forget)


def current() -> list[Step]:
    """The steps in force, from much left to little."""
    rows = Escalation.objects.order_by("-left")
    return [Step(row.left, tuple(row.tell), row.move_to) for row in rows]


def destinations() -> list[tuple[str, str]]:
    """Where a step can move a ticket, with words after "move it to"."""
    return [(FREE, "whoever is free"), *addressees.places()]


def _check(steps: Sequence[Step]) -> None:
    if len(steps) > MOST:
        raise Refused(f"{MOST} steps at most.")
    if len({one.left for one in steps}) != len(steps):
        raise Refused("Two steps come at the same moment. Put them into one.")
    told = dict(addressees.options())
    places = dict(destinations())
    for one in steps:
        if one.left not in LEFT:
            raise Refused("Choose a moment from the list.")
        if not (one.tell or one.move_to):
            raise Refused("A step must do something. Choose whom to tell, or remove it.")
        if not set(one.tell) <= set(told):
            raise Refused("Somebody who is to be told does not work here any more.")
        if one.move_to and one.move_to not in places:
            raise Refused("Where a step moves tickets to is not there any more. Choose it anew.")
