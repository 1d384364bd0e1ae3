"""Hand the ticket to a team, or take it out of its team."""

from typing import Any

from foredesk.automations.actions.contract import Action, Doing, Impossible, Settings, Slot
from foredesk.people import queries as people
from foredesk.tickets import assigning
from foredesk.tickets.models import Ticket

NOBODY = "none"


def _options() -> list[tuple[str, str]]:
    names = sorted(people.team_names().items(), key=lambda pair: pair[1].casefold())
    return [*((str(pk), name) for pk, name in names), (NOBODY, "no team")]


def _preview(picture: Any, settings: Settings) -> str:
    if settings["to"] == NOBODY:
        return "No team" if picture.team_id else ""
    wanted = int(settings["to"])
    return people.team_names().get(wanted, "") if picture.team_id != wanted else ""


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    if settings["to"] == NOBODY:
        if ticket.team_id is None:
            return ""
        assigning.hand_to(ticket, None, by=doing.by, at=doing.at)
        return "took it out of its team"
    team = people.team(int(settings["to"]))
    if team is None:
        raise Impossible("The team that it hands tickets to was removed. Choose another one.")
    if ticket.team_id == team.pk:
        return ""
    assigning.hand_to(ticket, team, by=doing.by, at=doing.at)
    return f"handed it to {team.name}"


ACTION = Action(
    key="team",
    words="hand it to the team {to}",
    slots=(Slot("to", "Team", options=_options),),
    preview=_preview,
    run=_run,
    order=12,
    sets="team",
    sets_off=("team", "assignee"),
)
