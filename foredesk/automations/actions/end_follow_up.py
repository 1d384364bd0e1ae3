"""Stop every follow-up of the ticket."""

from typing import Any

from foredesk.automations import following_up
from foredesk.automations.actions.contract import Action, Doing, Settings
from foredesk.tickets.models import Ticket


def _preview(picture: Any, settings: Settings) -> str:
    return ""


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    name = doing.of or "somebody"
    ended = following_up.stop(ticket, because=f"{name} stopped it.", by=doing.by, at=doing.at)
    return "stopped its follow-up" if ended else ""


ACTION = Action(
    key="end_follow_up",
    words="stop its follow-up",
    slots=(),
    preview=_preview,
    run=_run,
    order=41,
)
