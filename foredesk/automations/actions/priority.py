"""Set the priority."""

from typing import Any

from foredesk.automations.actions.contract import Action, Doing, Settings, Slot
from foredesk.tickets import prioritising
from foredesk.tickets.models import Priority, Ticket


def _preview(picture: Any, settings: Settings) -> str:
    wanted = int(settings["to"])
    return Priority(wanted).label if picture.priority != wanted else ""


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    wanted = int(settings["to"])
    if ticket.priority == wanted:
        return ""
    prioritising.prioritise(ticket, wanted, by=doing.by, at=doing.at)
    return f"set the priority to {Priority(wanted).label}"


ACTION = Action(
    key="priority",
    words="set the priority to {to}",
    slots=(
        Slot(
            "to", "Priority", options=lambda: [(str(v), str(n)) for v, n in Priority.choices],
            default="3",
        ),
    ),
    preview=_preview,
    run=_run,
    order=10,
    sets="priority",
    sets_off=("priority",),
)  # fmt: skip
