"""Add an agent, and let them set a first password by a one-time link."""

import hashlib
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people import directory
from foredesk.people.events import AgentAdded
from foredesk.people.models import Agent, Invitation, Role, Sees, Team
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused
from foredesk.plumbing.ids import token

LINK_LIVES = timedelta(hours=72)


class UnableToAdd(Refused):
    """The agent can't be added; the message says why."""


def add_agent(
    *,
    email: str,
    name: str,
    role: str,
    by: Actor | Doer,
    at: datetime,
    password: str | None = None,
    teams: list[Team] | None = None,
    sees: str = Sees.EVERYTHING,
    is_demo: bool = False,
) -> Agent:
    """Add an agent; without a password they can only come in by an invitation link.

    Records AgentAdded. Raises UnableToAdd for a bad or taken address, role or password, NotAllowed
    when `by` is no admin.
    """
    must_administer(by)
    email, name = email.strip(), " ".join(name.split())
    check(email=email, name=name, role=role, sees=sees)
    agent = Agent(email=email, name=name, role=role, sees=sees, is_demo=is_demo)
    if password is None:
        agent.set_unusable_password()
    else:
        _check_password(password, agent)
        agent.set_password(password)
    with transaction.atomic():
        if Agent.objects.filter(email__iexact=email).exists():
            raise UnableToAdd(f"There is already a person with the address {email}.")
        agent.save()
        agent.teams.set(teams or [])
        recording.record(AgentAdded(agent_id=agent.pk, role=role), by=by, at=at)
    directory.forget()
    return agent


def check(*, email: str, name: str, role: str, sees: str) -> None:
    """Raises UnableToAdd with a sentence when one of these can't be an agent's."""
    try:
        validate_email(email)
    except ValidationError:
        raise UnableToAdd(f"“{email}” is not a mail address.") from None
    if not name:
        raise UnableToAdd("Give the person a name.")
    if role not in Role.values:
        raise UnableToAdd(f"“{role}” is not a role. Choose {', '.join(Role.values)}.")
    if sees not in Sees.values:
        raise UnableToAdd(f"“{sees}” is not what a person can see: {', '.join(Sees.values)}.")


def _check_password(password: str, agent: Agent) -> None:
    try:
        validate_password(password, agent)
    except ValidationError as error:
        raise UnableToAdd(" ".join(error.messages)) from None


def invite(agent: Agent, *, at: datetime) -> str:
    """A fresh one-time token for `agent`, valid 72 hours; older ones die. Returns it in clear."""
    secret = token()
    with transaction.atomic():
        agent.invitations.all().delete()
        Invitation.objects.create(agent=agent, token_hash=_hash(secret), expires_at=at + LINK_LIVES)
    return secret


def invited_by(secret: str, *, at: datetime) -> Agent | None:
    """The agent whom this unused, unexpired token invites."""
    invitation = (
        Invitation.objects.select_related("agent")
        .filter(token_hash=_hash(secret), used_at=None, expires_at__gt=at, agent__is_active=True)
        .first()
    )
    return invitation.agent if invitation else None


def accept(secret: str, *, password: str, at: datetime) -> Agent:
    """Set the invited agent's password and use the token up.

    Raises UnableToAdd when the link is dead or the password too weak.
    """
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update()
            .select_related("agent")
            .filter(token_hash=_hash(secret), used_at=None, expires_at__gt=at)
            .first()
        )
        if invitation is None or not invitation.agent.is_active:
            raise UnableToAdd("This link was used or is too old. Ask for a new one.")
        agent = invitation.agent
        _check_password(password, agent)
        invitation.used_at = at
        invitation.save(update_fields=["used_at"])
        agent.set_password(password)
        agent.save(update_fields=["password"])
    return agent


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
