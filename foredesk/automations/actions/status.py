"""Set the status, or close."""

from typing import Any

from foredesk.automations.actions.contract import Action, Doing, Settings, Slot
from foredesk.tickets import closing, progressing
from foredesk.tickets.models import Status, Ticket


def _options() -> list[tuple[str, str]]:
    return [(str(v), str(n)) for v, n in Status.choices if v != Status.NEW]


def _preview(picture: Any, settings: Settings) -> str:
    return Status(settings["to"]).label if picture.status != settings["to"] else ""


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    wanted = settings["to"]
    if ticket.status == wanted:
        return ""
    if wanted == Status.CLOSED:
        closing.close(ticket, by=doing.by, at=doing.at)
        return "closed it"
    progressing.set_status(ticket, wanted, by=doing.by, at=doing.at)
    return f"set it to {Status(wanted).label}"


ACTION = Action(
    key="status",
    words="set the status to {to}",
    slots=(Slot("to", "Status", options=_options, default="open"),),
    preview=_preview,
    run=_run,
    order=11,
    sets="status",
    sets_off=("status", "solved", "reopened"),
)
