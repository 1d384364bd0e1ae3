"""Shut an agent out at once, and let them in again. What they wrote and did stays."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people import directory
from foredesk.people.events import AgentDeactivated, AgentReactivated
from foredesk.people.keeping_admins import must_leave_an_admin
from foredesk.people.models import Agent
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused

UnableToDeactivate = Refused


def deactivate(agent: Agent, *, by: Actor | Doer, at: datetime) -> Agent:
    """Sign the agent out everywhere, end their live streams and their unused invitations.

    Records AgentDeactivated; an inactive agent stays as they are. Raises NotAllowed, LastAdmin, and
    UnableToDeactivate for oneself.
    """
    must_administer(by)
    if isinstance(by, Agent) and by.pk == agent.pk:
        raise UnableToDeactivate("You can't deactivate yourself. Ask another admin.")
    with transaction.atomic():
        must_leave_an_admin(agent)
        row = Agent.objects.select_for_update().get(pk=agent.pk)
        if not row.is_active:
            return row
        row.is_active = False
        row.save(update_fields=["is_active"])
        row.invitations.all().delete()
        end_sessions(row, at=at)
        recording.record(AgentDeactivated(agent_id=row.pk), by=by, at=at)
    directory.forget()
    return row


def reactivate(agent: Agent, *, by: Actor | Doer, at: datetime) -> Agent:
    """Let the agent sign in again. Records AgentReactivated. Raises NotAllowed."""
    must_administer(by)
    with transaction.atomic():
        row = Agent.objects.select_for_update().get(pk=agent.pk)
        if row.is_active:
            return row
        row.is_active = True
        row.save(update_fields=["is_active"])
        recording.record(AgentReactivated(agent_id=row.pk), by=by, at=at)
    directory.forget()
    return row


def end_sessions(agent: Agent, *, at: datetime) -> int:
    """Sign the agent out on every device; returns how many sessions ended.

    Sessions name their agent only inside, so all that still live are opened.
    """
    own = [
        session.session_key
        for session in Session.objects.filter(expire_date__gt=at).iterator()
        if session.get_decoded().get("_auth_user_id") == str(agent.pk)
    ]
    Session.objects.filter(session_key__in=own).delete()
    return len(own)
