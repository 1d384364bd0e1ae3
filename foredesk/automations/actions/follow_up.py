"""Start a follow-up sequence."""

from typing import Any

from foredesk.automations import following_up
from foredesk.automations.actions.contract import Action, Doing, Impossible, Settings, Slot
from foredesk.automations.models import Sequence
from foredesk.tickets.models import Ticket


def _options() -> list[tuple[str, str]]:
    rows = Sequence.objects.order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def _preview(picture: Any, settings: Settings) -> str:
    return "A follow-up"


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    sequence = Sequence.objects.filter(pk=int(settings["sequence"])).first()
    if sequence is None:
        raise Impossible("The follow-up that it starts was removed. Choose another one.")
    if following_up.start(ticket, sequence, by=doing.by, at=doing.at) is None:
        return ""
    return f"started the follow-up “{sequence.name}”"


ACTION = Action(
    key="follow_up",
    words="start the follow-up {sequence}",
    slots=(Slot("sequence", "Follow-up", options=_options),),
    preview=_preview,
    run=_run,
    order=40,
)
