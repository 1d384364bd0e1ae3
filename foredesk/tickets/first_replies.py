"""When a ticket was first answered: what the first reply time is counted to."""

from datetime import datetime

from foredesk.tickets.models import Message, Ticket


def first_reply_at(ticket: Ticket, *, but: int = 0) -> datetime | None:
    """The time of the first public message of an agent since the ticket was opened, or None.

    What is in the thread by a merge or a split and was written before that is not its reply;
    machines' messages never are. `but` is the id of a message to leave out.
    """
    answers = Message.objects.filter(
        ticket=ticket, author_kind="agent", is_public=True, at__gte=ticket.created_at
    )
    return answers.exclude(pk=but).order_by("at", "pk").values_list("at", flat=True).first()
