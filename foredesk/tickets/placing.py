"""Where a ticket is, as every fact about it says."""

from typing import Any

from foredesk.tickets.models import Ticket


def place(ticket: Ticket) -> dict[str, Any]:
    """The fields that each TicketFact starts with."""
    return {
        "ticket_id": ticket.pk,
        "team_id": ticket.team_id,
        "assignee_id": ticket.assignee_id,
    }
