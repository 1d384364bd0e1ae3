"""Whether somebody is here: they say so, or the desk notices that nobody moves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM, Actor, Doer
from foredesk.people.models import Agent
from foredesk.people.permissions import NotAllowed, can_administer
from foredesk.people.refusing import Refused
from foredesk.routing.events import AvailabilityChanged
from foredesk.routing.models import Availability, Measure, State


def set_state(agent: Agent, state: str, *, by: Actor | Doer, at: datetime) -> Availability:
    """Say that `agent` is online, takes transfers only, is away or offline.

    People say it of themselves, admins of everybody. Records AvailabilityChanged; the same state
    again changes nothing but who set it. Raises NotAllowed, Refused.
    """
    if isinstance(by, Agent) and by.pk != agent.pk and not can_administer(by):
        raise NotAllowed("Everybody says for themselves whether they are here.")
    if state not in State.values:
        raise Refused("Say online, transfers only, away or offline.")
    return _move(agent.pk, state, by=by, at=at, is_automatic=False)


def note_activity(agent: Agent, *, at: datetime) -> None:
    """Somebody moved. Who was away because nobody moved is online again."""
    with transaction.atomic():
        row = Availability.objects.select_for_update().filter(pk=agent.pk).first()
        if row is None:
            return
        row.active_at = at
        row.save(update_fields=["active_at"])
        if row.is_automatic and row.state == State.AWAY:
            _move(agent.pk, State.ONLINE, by=agent, at=at, is_automatic=True)


def notice_absence(*, at: datetime) -> int:
    """Who has not moved for as long as the desk's measure says is away; returns how many."""
    minutes = measure().away_minutes
    if not minutes:
        return 0
    edge = at - timedelta(minutes=minutes)
    here = Availability.objects.filter(state__in=(State.ONLINE, State.TRANSFERS))
    idle = here.filter(active_at__lt=edge, since__lt=edge).values_list("agent_id", flat=True)
    for pk in list(idle):
        _move(pk, State.AWAY, by=SYSTEM, at=at, is_automatic=True)
    return len(idle)


def measure() -> Measure:
    """The desk's own measures; their defaults until somebody sets them."""
    return Measure.objects.filter(pk=1).first() or Measure(pk=1)


def _move(
    agent_id: int, state: str, *, by: Actor | Doer, at: datetime, is_automatic: bool
) -> Availability:
    with transaction.atomic():
        row, _ = Availability.objects.select_for_update().get_or_create(
            agent_id=agent_id, defaults={"since": at, "active_at": at}
        )
        before = row.state
        row.is_automatic = is_automatic
        if before != state:
            row.state, row.since = state, at
        if not is_automatic:
            row.active_at = at
        row.save()
        if before != state:
            fact = AvailabilityChanged(
                agent_id=agent_id, before=before, after=state, is_automatic=is_automatic
            )
            recording.record(fact, by=by, at=at)
        return row
