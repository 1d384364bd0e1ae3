"""What the bell hears of by itself."""

from typing import Any

from foredesk.logbook.listening import on
from foredesk.notices import notifying
from foredesk.notices.models import Kind
from foredesk.plumbing.clock import now
from foredesk.tickets.events import MessageReceived, TicketAssigned
from foredesk.tickets.models import Ticket


def _has_somebody(fact: Any) -> bool:
    return fact.after is not None


@on(TicketAssigned, only_if=_has_somebody)
def tell_the_assignee(fact: TicketAssigned, *, entry) -> None:
    """Who was given a ticket by somebody else hears of it."""
    if fact.after is None or (entry.actor_kind == "agent" and entry.actor_id == fact.after):
        return
    _tell(fact.after, fact.ticket_id, Kind.ASSIGNED, entry, f"{_doer(entry)} gave you this ticket.")


def _is_somebodys(fact: Any) -> bool:
    return fact.assignee_id is not None and not fact.is_auto_reply


@on(MessageReceived, only_if=_is_somebodys)
def tell_of_a_message(fact: MessageReceived, *, entry) -> None:
    """The assignee hears of what a customer wrote."""
    if fact.assignee_id is not None and _is_somebodys(fact):
        said = f"{entry.actor_name or 'The customer'} wrote."
        _tell(fact.assignee_id, fact.ticket_id, Kind.WROTE, entry, said)


def _doer(entry: Any) -> str:
    return f"The rule “{entry.actor_name}”" if entry.actor_kind == "rule" else entry.actor_name


def _tell(agent_id: int, ticket_id: int, kind: str, entry: Any, said: str) -> None:
    ticket = Ticket.objects.filter(pk=ticket_id, spam_at=None).first()
    if ticket is not None:
        notifying.notify([agent_id], ticket, kind=kind, about=entry.pk, said=said, at=now())
