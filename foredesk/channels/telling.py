"""Automatic mail to the requester of a ticket, with everything that holds such mail back.

It never goes to machines, to addresses that complained or came back, and never past the brakes.
With a forged sender it goes to a stranger, so `is_proven` says whether words of the one who wrote
may stand in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foredesk.channels import addressing, braking
from foredesk.logbook.actors import Actor, Doer
from foredesk.logbook.models import Entry
from foredesk.people.models import Identity
from foredesk.people.queries import brand_card
from foredesk.tickets import telling
from foredesk.tickets.models import Message, Ticket

BRAKED = "The brake on automatic mail holds it: too many went there, or from this desk."


class Cause(StrEnum):
    """Why no automatic mail may go to somebody."""

    NOWHERE = "nowhere"
    UNWANTED = "unwanted"
    COMES_BACK = "comes_back"
    MACHINE = "machine"


@dataclass(frozen=True)
class Reader:
    """Who the mail would go to. `held` is a sentence when it must not, for the `cause`."""

    address: str
    is_proven: bool
    held: str = ""
    cause: Cause | None = None


def reader_of(ticket: Ticket) -> Reader:
    """Whom an automatic mail about `ticket` reaches, and whether it may be written at all."""
    try:
        address = addressing.requester_of(ticket).address
    except addressing.Unaddressable as why:
        return Reader("", False, str(why), Cause.NOWHERE)
    identity = Identity.objects.filter(kind="email", value=address.strip().lower()).first()
    if identity is None:
        return Reader(address, False, f"{address} is nobody's address any more.", Cause.NOWHERE)
    if identity.complained_at:
        unwanted = f"{address} said that automatic mail is unwanted there."
        return Reader(address, False, unwanted, Cause.UNWANTED)
    if identity.undeliverable_at:
        return Reader(address, False, f"Mail to {address} comes back.", Cause.COMES_BACK)
    last = (
        Message.objects.filter(ticket=ticket, author_kind="customer")
        .order_by("-id")
        .values("verdict", "is_unknown_sender", "is_automatic")
        .first()
    )
    if _is_from_a_machine(ticket):
        by_a_machine = "A machine wrote last: machines get no automatic mail."
        return Reader(address, False, by_a_machine, Cause.MACHINE)
    says = last is not None and last["verdict"] == "pass" and not last["is_unknown_sender"]
    return Reader(address, says or identity.verified_at is not None)


def _is_from_a_machine(ticket: Ticket) -> bool:
    heard = Entry.objects.filter(
        about_kind="ticket", about_id=ticket.pk, kind="tickets.MessageReceived"
    )
    data = heard.order_by("-id").values_list("data", flat=True).first() or {}
    return bool(data.get("is_automatic") or data.get("is_auto_reply"))


def tell(
    ticket: Ticket,
    reader: Reader,
    *,
    text: str,
    subject: str,
    purpose: str,
    by: Actor | Doer,
    at: datetime,
    enclosed: tuple[str, str] | None = None,
) -> str:
    """Write and queue an automatic mail; returns "" or a sentence that says what held it.

    `enclosed` is what its reader alone gets with it (enclosing.py), by kind and key.

    Within a transaction: what a brake counts belongs to it. Records AutomaticReplyWritten.
    Raises UnableToChange.
    """
    from foredesk.channels import tasks

    if reader.held:
        return reader.held
    if not braking.may_send(
        reader.address,
        purpose=purpose,
        ticket_id=ticket.pk,
        is_proven=reader.is_proven,
        at=at,
    ):
        return BRAKED
    name = brand_card(ticket.brand_id).name
    written = telling.tell(
        ticket, text=text, subject=subject, name=name, by=by, at=at, enclosed=enclosed
    )
    tasks.send_due.defer(ticket_id=written.ticket_id)
    return ""
