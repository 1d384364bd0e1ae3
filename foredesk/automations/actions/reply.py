"""Write to the customer from a template, as automatic mail."""

from typing import Any

from foredesk.automations import answering
from foredesk.automations.actions.contract import Action, Doing, Impossible, Settings, Slot
from foredesk.automations.models import Template
from foredesk.tickets.models import Ticket


def _options() -> list[tuple[str, str]]:
    return [
        (str(pk), name) for pk, name in Template.objects.order_by("name").values_list("pk", "name")
    ]


def _preview(picture: Any, settings: Settings) -> str:
    return "A mail to the customer"


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    template = Template.objects.filter(pk=int(settings["template"])).first()
    if template is None:
        raise Impossible("The template of its reply was removed. Choose another one.")
    held = answering.answer(ticket, texts=template.texts, by=doing.by, at=doing.at)
    if held:
        return f"did not send the reply “{template.name}”: {held}"
    return f"sent the reply “{template.name}”"


ACTION = Action(
    key="reply",
    words="send the reply {template}",
    slots=(Slot("template", "Template", options=_options),),
    preview=_preview,
    run=_run,
    order=21,
    for_macros=False,
)
