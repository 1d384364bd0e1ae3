"""When a ticket was first answered: what the first reply time is counted to.

The public words with which an agent opens a ticket answer nobody: there it is the second public
message of an agent.
"""

from datetime import datetime

from foredesk.logbook import queries as logbook
from foredesk.tickets.models import Message, Ticket


def is_opening(ticket: Ticket) -> bool:
    """Whether a public message of an agent, written now, would be what opens the ticket."""
    if ticket.first_reply_at is not None or ticket.customer_wrote_at is not None:
        return False
    return not _answers(ticket).exists()


def first_reply_at(ticket: Ticket, *, but: int = 0) -> datetime | None:
    """The time of the first public message of an agent that answers, or None.

    What is in the thread by a merge or a split and was written before the ticket was opened is not
    its reply; machines' messages never are. `but` is the id of a message to leave out.
    """
    answers = _answers(ticket).filter(at__gte=ticket.created_at).exclude(pk=but)
    found = list(answers.order_by("at", "pk").values_list("pk", "at")[:2])
    if found and _opened(ticket, found[0][0]):
        del found[0]
    return found[0][1] if found else None


def _answers(ticket: Ticket):
    return Message.objects.filter(ticket=ticket, author_kind="agent", is_public=True)


def _opened(ticket: Ticket, message_id: int) -> bool:
    """Whether an agent opened the ticket with this message."""
    asked = Message.objects.filter(ticket=ticket, author_kind="customer", is_public=True)
    if ticket.split_from_id or asked.filter(pk__lt=message_id).exists():
        return False
    opened = logbook.facts_about("ticket", [ticket.pk], kinds=("tickets.TicketOpened",))
    return any(entry.actor_kind == "agent" for entry in opened)
