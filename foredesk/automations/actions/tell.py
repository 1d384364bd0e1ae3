"""Tell people under their bell and by mail: the assignee, a team, the leads, one person."""

from typing import Any

from foredesk.automations import telling
from foredesk.automations.actions.contract import Action, Doing, Impossible, Settings, Slot
from foredesk.people import queries as people
from foredesk.tickets import addressees
from foredesk.tickets.models import Ticket


def _preview(picture: Any, settings: Settings) -> str:
    return f"Tells {dict(addressees.options()).get(settings['to'], 'somebody who left')}"


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    to = settings["to"]
    found = addressees.people_of(ticket, [to])
    if not found and addressees.number_of(to, "agent"):
        raise Impossible("The person whom it tells left. Choose somebody else.")
    team = addressees.number_of(to, "team")
    if team is not None and team not in people.team_names():
        raise Impossible("The team that it tells was removed. Choose another one.")
    if not found:
        return "told nobody: there is nobody to tell"
    telling.tell(
        ticket,
        found,
        kind="rule",
        about=doing.run_id,
        said=f"The rule “{doing.of}” tells you of this ticket.",
        of=doing.of,
        at=doing.at,
    )
    names = ", ".join(agent.name for agent in found[:3])
    return f"told {names}" + (f" and {len(found) - 3} more" if len(found) > 3 else "")


ACTION = Action(
    key="tell",
    words="tell {to}",
    slots=(Slot("to", "Whom to tell", options=addressees.options, default=addressees.ASSIGNEE),),
    preview=_preview,
    run=_run,
    order=22,
    for_macros=False,
)
