"""Let somebody take part in the ticket: they get the answers in copy."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from foredesk.automations.actions.contract import WORDS, Action, Doing, Settings, Slot
from foredesk.people.identifying import identify
from foredesk.tickets import participating
from foredesk.tickets.conflicts import must_be_open
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Participant, Ticket


def _check(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError(f"“{address[:100]}” is not a mail address.") from None


def _preview(picture: Any, settings: Settings) -> str:
    return f"{settings['address']} in copy"


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    address = settings["address"]
    with locked(ticket.pk) as row:
        must_be_open(row)
        customer = identify(kind="email", value=address, at=doing.at)
        if Participant.objects.filter(ticket=row, customer=customer).exists():
            return ""
        participating.join(row, customer, by=doing.by, at=doing.at)
    return f"put {address} in copy"


ACTION = Action(
    key="copy",
    words="put {address} in copy",
    slots=(Slot("address", "Mail address", WORDS, check=_check),),
    preview=_preview,
    run=_run,
    order=23,
)
