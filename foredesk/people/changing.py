"""Change what an agent may do: role, teams, sight, name and address. Their own: see profiling."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people import directory
from foredesk.people.events import AgentChanged
from foredesk.people.inviting import UnableToAdd, check
from foredesk.people.keeping_admins import must_leave_an_admin
from foredesk.people.models import Agent, Role, Team
from foredesk.people.permissions import must_administer


def change(
    agent: Agent,
    *,
    email: str,
    name: str,
    role: str,
    sees: str,
    teams: Iterable[Team],
    by: Actor | Doer,
    at: datetime,
) -> Agent:
    """Set all five; it works at the person's next click. A new address ends unused invitations.

    Records AgentChanged with what changed, and nothing when nothing did. Raises NotAllowed,
    LastAdmin, and UnableToAdd for values that can't be used.
    """
    must_administer(by)
    email, name = email.strip(), " ".join(name.split())
    check(email=email, name=name, role=role, sees=sees)
    wanted_teams = {team.pk: team for team in teams}
    with transaction.atomic():
        if role != Role.ADMIN:
            must_leave_an_admin(agent)
        row = Agent.objects.select_for_update().get(pk=agent.pk)
        if Agent.objects.filter(email__iexact=email).exclude(pk=row.pk).exists():
            raise UnableToAdd(f"There is already a person with the address {email}.")
        wanted = {"email": email, "name": name, "role": role, "sees": sees}
        before: dict[str, Any] = {
            key: getattr(row, key) for key in wanted if getattr(row, key) != wanted[key]
        }
        after: dict[str, Any] = {key: wanted[key] for key in before}
        old_teams = {team.pk: team for team in row.teams.all()}
        if old_teams.keys() != wanted_teams.keys():
            before["teams"] = sorted(team.name for team in old_teams.values())
            after["teams"] = sorted(team.name for team in wanted_teams.values())
            row.teams.set(wanted_teams.values())
        if not before:
            return row
        for key, value in wanted.items():
            setattr(row, key, value)
        row.save(update_fields=list(wanted))
        if "email" in after:
            row.invitations.filter(used_at=None).delete()
        recording.record(AgentChanged(agent_id=row.pk, before=before, after=after), by=by, at=at)
    directory.forget()
    return row
