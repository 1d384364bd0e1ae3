"""Give the ticket to a brand: its answers leave from that brand's address from then on."""

from typing import Any

from foredesk.automations.actions.contract import Action, Doing, Impossible, Settings, Slot
from foredesk.channels import answering_as
from foredesk.people import queries as people
from foredesk.tickets.models import Ticket


def _options() -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in people.brands_in_use()]


def _preview(picture: Any, settings: Settings) -> str:
    wanted = int(settings["to"])
    return people.brand_card(wanted).name if picture.brand_id != wanted else ""


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    wanted = int(settings["to"])
    brand = people.brand(wanted) if wanted else None
    if wanted and brand is None:
        raise Impossible("The brand that it gives tickets to is not there. Choose another one.")
    if (ticket.brand_id or 0) == wanted:
        return ""
    answering_as.answer_as(ticket, brand, by=doing.by, at=doing.at)
    return f"gave it to the brand {people.brand_card(wanted).name}"


ACTION = Action(
    key="brand",
    words="give it to the brand {to}",
    slots=(Slot("to", "Brand", options=_options),),
    preview=_preview,
    run=_run,
    order=15,
    sets="brand",
    sets_off=("brand",),
    is_offered=lambda: bool(people.brands_in_use()),
)
