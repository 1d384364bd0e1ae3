"""Which tickets a person may see. Every read of this room starts here."""

from django.db.models import Q, QuerySet

from foredesk.people import directory
from foredesk.people.models import Agent, Role, Sees
from foredesk.tickets.models import Ticket


def visible_to(viewer: Agent) -> QuerySet[Ticket]:
    """The tickets that `viewer` may see: all, or those of their teams, of no team, or their own."""
    return Ticket.objects.filter(rule(viewer))


def rule(viewer: Agent) -> Q:
    """The condition behind `visible_to`."""
    if not viewer.is_active:
        return Q(pk__lt=0)
    if viewer.role == Role.ADMIN or viewer.sees == Sees.EVERYTHING:
        return Q()
    return Q(team__in=team_ids(viewer)) | Q(team=None) | Q(assignee=viewer)


def team_ids(viewer: Agent) -> list[int]:
    """The teams whose tickets `viewer` may see as such, read once per viewer object."""
    if not hasattr(viewer, "_visible_team_ids"):
        if viewer.role == Role.ADMIN or viewer.sees == Sees.EVERYTHING:
            found = sorted(directory.directory().teams)
        else:
            found = sorted(viewer.teams.values_list("pk", flat=True))
        viewer._visible_team_ids = found  # type: ignore[attr-defined]
    return viewer._visible_team_ids  # type: ignore[attr-defined]


def topics_of(viewer: Agent) -> list[str]:
    """The live topics of the lists that `viewer` may see."""
    return [f"agent-{viewer.pk}", "team-0", *(f"team-{pk}" for pk in team_ids(viewer))]


def seers(ticket: Ticket) -> Q:
    """The agents who may see `ticket`, as a condition on active agents: `rule` from the other
    side."""
    if ticket.team_id is None:
        return Q()
    everything = Q(role=Role.ADMIN) | Q(sees=Sees.EVERYTHING)
    in_team = Q(
        pk__in=Agent.teams.through.objects.filter(team_id=ticket.team_id).values("agent_id")
    )
    return everything | in_team | Q(pk=ticket.assignee_id or 0)
