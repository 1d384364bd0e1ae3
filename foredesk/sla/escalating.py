"""Escalations: whom to tell when little of a promise is left, and when it is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.models import Agent
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused
from foredesk.sla import recalculating, standards
from foredesk.sla.events import EscalationsSet
from foredesk.sla.models import Escalation

MOST = 6
LEFT = (500, 333, 250, 100, 0, -250, -500, -1000)
"""What can be left, in thousandths of the target; below 0 it has been late for so long."""


@dataclass(frozen=True)
class Step:
    """Who is told when `left` thousandths of a promise are left."""

    left: int
    tell_assignee: bool = False
    tell_team: bool = False
    tell_leads: bool = False
    agents: tuple[int, ...] = ()


def set_steps(steps: Sequence[Step], *, by: Actor | Doer, at: datetime) -> None:
    """Tell at these moments and no others. Records EscalationsSet when something changed.

    Raises NotAllowed; Refused for two steps at one moment, a step that tells nobody, more than six.
    """
    must_administer(by)
    _check(steps)
    with transaction.atomic():
        before = [asdict(one) for one in current()]
        wanted = sorted(steps, key=lambda one: -one.left)
        after = [_plain(one) for one in wanted]
        if [_plain(one) for one in current()] == after:
            return
        Escalation.objects.all().delete()
        for step in wanted:
            row = Escalation.objects.create(
                left=step.left,
                tell_assignee=step.tell_assignee,
                tell_team=step.tell_team,
                tell_leads=step.tell_leads,
            )
            row.agents.set(step.agents)
        recording.record(EscalationsSet(before=before, steps=after), by=by, at=at)
        recalculating.ask("Other people are told before a promise breaks.", by=by, at=at)
        transaction.on_commit(standards.forget)


def current() -> list[Step]:
    """The steps in force, from much left to little."""
    rows = Escalation.objects.prefetch_related("agents").order_by("-left")
    return [
        Step(
            row.left,
            row.tell_assignee,
            row.tell_team,
            row.tell_leads,
            tuple(sorted(one.pk for one in row.agents.all())),
        )
        for row in rows
    ]


def _plain(step: Step) -> dict[str, Any]:
    return {**asdict(step), "agents": sorted(step.agents)}


def _check(steps: Sequence[Step]) -> None:
    if len(steps) > MOST:
        raise Refused(f"{MOST} steps at most.")
    if len({one.left for one in steps}) != len(steps):
        raise Refused("Two steps come at the same moment. Put them into one.")
    known = set(Agent.objects.filter(is_active=True).values_list("pk", flat=True))
    for one in steps:
        if one.left not in LEFT:
            raise Refused("Choose a moment from the list.")
        if not (one.tell_assignee or one.tell_team or one.tell_leads or one.agents):
            raise Refused("A step must tell somebody. Choose whom, or remove it.")
        if not set(one.agents) <= known:
            raise Refused("Somebody who is to be told does not work here any more.")
