"""Give the ticket to somebody, to who wrote last, or to nobody."""

from typing import Any

from foredesk.automations.actions.contract import Action, Doing, Impossible, Settings, Slot
from foredesk.people import queries as people
from foredesk.people.models import Agent
from foredesk.tickets import assigning
from foredesk.tickets.models import Message, Ticket

NOBODY, LAST = "none", "last"


def _options() -> list[tuple[str, str]]:
    named = [(str(pk), name) for pk, name in people.assignable_agents()]
    return [(LAST, "the agent who wrote last"), (NOBODY, "nobody"), *named]


def _preview(picture: Any, settings: Settings) -> str:
    to = settings["to"]
    if to == NOBODY:
        return "Nobody" if picture.assignee_id else ""
    if to == LAST:
        return "The agent who wrote last"
    return people.agent_names().get(int(to), "") if picture.assignee_id != int(to) else ""


def _wanted(ticket: Ticket, to: str) -> Agent | None:
    if to == NOBODY:
        return None
    if to != LAST:
        found = people.agent(int(to))
        if found is None or not found.is_active:
            raise Impossible("The person whom it gives tickets to left. Choose somebody else.")
        return found
    last = (
        Message.objects.filter(ticket=ticket, author_kind="agent", agent__is_active=True)
        .select_related("agent")
        .order_by("-id")
        .first()
    )
    return last.agent if last else None


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    to = settings["to"]
    agent = _wanted(ticket, to)
    if (agent is None and to == LAST) or ticket.assignee_id == (agent.pk if agent else None):
        return ""
    assigning.assign(ticket, agent, by=doing.by, at=doing.at)
    return f"gave it to {agent.name}" if agent else "took it from its assignee"


ACTION = Action(
    key="assignee",
    words="give it to {to}",
    slots=(Slot("to", "Person", options=_options, default=LAST),),
    preview=_preview,
    run=_run,
    order=13,
    sets="assignee",
    sets_off=("assignee",),
)
