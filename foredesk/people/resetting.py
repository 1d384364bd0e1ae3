"""Take away somebody's second steps: the phone is lost, and so are the recovery codes."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from foredesk.logbook import recording
from foredesk.people import deactivating
from foredesk.people.events import SecondStepsReset
from foredesk.people.models import Agent
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused

UnableToReset = Refused


def reset_second_steps(agent: Agent, *, by: Agent, at: datetime) -> int:
    """Remove code app, passkeys and recovery codes and sign the agent out everywhere.

    The password stays and is enough until they set up a new second step. Returns how many went; 0
    records nothing. Records SecondStepsReset. Raises NotAllowed, and UnableToReset for oneself:
    who is signed in removes their own steps in the profile, with the password.
    """
    must_administer(by)
    if by.pk == agent.pk:
        raise UnableToReset("Change your own second step in your profile.")
    with transaction.atomic():
        steps = Authenticator.objects.select_for_update().filter(user_id=agent.pk)
        kinds = sorted(set(steps.values_list("type", flat=True)))
        count, _ = steps.delete()
        if count:
            deactivating.end_sessions(agent, at=at)
            recording.record(SecondStepsReset(agent_id=agent.pk, kinds=kinds), by=by, at=at)
    return count
