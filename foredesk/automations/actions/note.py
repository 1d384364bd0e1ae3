"""Write an internal note."""

from typing import Any

from foredesk.automations import variables
from foredesk.automations.actions.contract import TEXT, Action, Doing, Settings, Slot
from foredesk.tickets import noting, writing
from foredesk.tickets.models import Ticket


def _preview(picture: Any, settings: Settings) -> str:
    return "A note"


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    text = variables.fill(settings["text"], variables.values_of(ticket))
    writer: Any = doing.by
    noting.note(ticket, by=writer, at=doing.at, body_html=writing.paragraphs(text))
    return "wrote a note"


ACTION = Action(
    key="note",
    words="write the note {text}",
    slots=(Slot("text", "Note", TEXT, longest=5000, check=variables.check),),
    preview=_preview,
    run=_run,
    order=20,
    sets_off=("noted",),
)
