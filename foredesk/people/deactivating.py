"""Shut an agent out, and let them in again. What they wrote and did stays theirs."""

from datetime import datetime

from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.events import AgentDeactivated, AgentReactivated
from foredesk.people.models import Agent, Role


class UnableToDeactivate(Exception):
    """The agent must stay; the message says why."""


def deactivate(agent: Agent, *, by: Actor | Doer, at: datetime) -> None:
    """Let `agent` sign in no more; open sessions, live streams and invitations end at once.

    Records AgentDeactivated, and nothing when they were shut out already. Raises
    UnableToDeactivate for the last active admin.
    """
    with transaction.atomic():
        # All admins are locked, or two of them could shut each other out at the same moment.
        admins = Agent.objects.filter(role=Role.ADMIN, is_active=True)
        active = set(admins.order_by("pk").select_for_update().values_list("pk", flat=True))
        row = Agent.objects.select_for_update().get(pk=agent.pk)
        if not row.is_active:
            return
        if active == {row.pk}:
            raise UnableToDeactivate(
                f"{row.name} is the only admin. Make somebody else an admin first."
            )
        row.is_active = False
        row.save(update_fields=["is_active"])
        row.invitations.all().delete()
        recording.record(AgentDeactivated(agent_id=row.pk), by=by, at=at)


def reactivate(agent: Agent, *, by: Actor | Doer, at: datetime) -> None:
    """Let `agent` sign in again, with the password they had.

    Records AgentReactivated, and nothing when they were active.
    """
    with transaction.atomic():
        row = Agent.objects.select_for_update().get(pk=agent.pk)
        if row.is_active:
            return
        row.is_active = True
        row.save(update_fields=["is_active"])
        recording.record(AgentReactivated(agent_id=row.pk), by=by, at=at)
