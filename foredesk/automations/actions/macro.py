"""Run a macro of everybody's: its steps, and its text as automatic mail."""

from typing import Any

from foredesk.automations import stepping
from foredesk.automations.actions.contract import Action, Doing, Impossible, Settings, Slot
from foredesk.automations.answering import answer
from foredesk.automations.models import Macro, Scope
from foredesk.tickets.models import Ticket


def _options() -> list[tuple[str, str]]:
    rows = Macro.objects.filter(scope=Scope.ALL).order_by("name")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def _preview(picture: Any, settings: Settings) -> str:
    macro = Macro.objects.filter(pk=int(settings["macro"])).first()
    if macro is None:
        return ""
    said = [stepping.preview(step, picture) for step in macro.steps]
    return ", ".join([*filter(None, said), *(["a mail to the customer"] if macro.texts else [])])


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    macro = Macro.objects.filter(pk=int(settings["macro"]), scope=Scope.ALL).first()
    if macro is None:
        raise Impossible("The macro that it runs was removed. Choose another one.")
    did = stepping.run_all(macro.steps, ticket, doing)
    if macro.texts:
        held = answer(ticket, texts=macro.texts, by=doing.by, at=doing.at)
        did.append(f"did not send its text: {held}" if held else "sent its text")
    if macro.then:
        step = {"do": "status", "to": macro.then}
        did += stepping.run_all([step], ticket, doing)
    return f"ran the macro “{macro.name}”: {', '.join(did) or 'there was nothing to do'}"


ACTION = Action(
    key="macro",
    words="run the macro {macro}",
    slots=(Slot("macro", "Macro", options=_options),),
    preview=_preview,
    run=_run,
    order=31,
    sets_off=("status", "priority", "team", "assignee", "tags", "noted"),
    for_macros=False,
)
