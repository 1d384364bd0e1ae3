"""Tell people by mail: the assignee, a team, one person."""

from typing import Any

from foredesk.automations.actions.contract import Action, Doing, Impossible, Settings, Slot
from foredesk.channels import tasks
from foredesk.people import queries as people
from foredesk.people.models import Agent, Team
from foredesk.tickets.models import Ticket

MOST = 100
ASSIGNEE, TEAM = "assignee", "team"


def _options() -> list[tuple[str, str]]:
    teams = sorted(people.team_names().items(), key=lambda pair: pair[1].casefold())
    return [
        (ASSIGNEE, "the assignee"),
        (TEAM, "the ticket’s team"),
        *((f"team-{pk}", f"the team {name}") for pk, name in teams),
        *((f"agent-{pk}", name) for pk, name in people.assignable_agents()),
    ]


def _preview(picture: Any, settings: Settings) -> str:
    return f"A mail to {dict(_options()).get(settings['to'], 'somebody who left')}"


def _people(ticket: Ticket, to: str) -> list[Agent]:
    kind, _, number = to.partition("-")
    active = Agent.objects.filter(is_active=True).order_by("pk")
    if to == ASSIGNEE:
        return list(active.filter(pk=ticket.assignee_id or 0))
    if kind == "agent":
        found = list(active.filter(pk=int(number)))
        if not found:
            raise Impossible("The person whom it tells left. Choose somebody else.")
        return found
    pk = (ticket.team_id or 0) if to == TEAM else int(number)
    if to != TEAM and not Team.objects.filter(pk=pk).exists():
        raise Impossible("The team that it tells was removed. Choose another one.")
    return list(active.filter(teams=pk)[:MOST])


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    found = _people(ticket, settings["to"])
    for agent in found:
        tasks.notify.defer(
            ticket_id=ticket.pk, agent_id=agent.pk, why="rule", about=doing.run_id, said=doing.of
        )
    if not found:
        return "told nobody: there is nobody to tell"
    names = ", ".join(agent.name for agent in found[:3])
    return f"told {names}" + (f" and {len(found) - 3} more" if len(found) > 3 else "")


ACTION = Action(
    key="tell",
    words="tell {to} by mail",
    slots=(Slot("to", "Whom to tell", options=_options, default=ASSIGNEE),),
    preview=_preview,
    run=_run,
    order=22,
    for_macros=False,
)
