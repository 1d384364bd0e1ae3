"""A desk is never left without an admin."""

from foredesk.people.models import Agent, Role
from foredesk.people.refusing import Refused


class LastAdmin(Refused):
    """This is the last active admin."""


def must_leave_an_admin(agent: Agent) -> None:
    """Raise LastAdmin when `agent` is the only active admin; call it before taking the role away.

    All active admins are locked, in one order, so that two who demote each other at the same moment
    do not both succeed.
    """
    admins = Agent.objects.select_for_update().filter(is_active=True, role=Role.ADMIN)
    ids = [one.pk for one in admins.order_by("pk")]
    if ids == [agent.pk]:
        raise LastAdmin(f"{agent.name} is the last admin. Make somebody else admin first.")
