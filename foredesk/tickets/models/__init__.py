"""Tables of the work."""

from foredesk.tickets.models.conversation import Attachment, Delivery, Draft, Message
from foredesk.tickets.models.people import Participant, Seen, Visit
from foredesk.tickets.models.work import (
    LIVE,
    UNSOLVED,
    WORKED_ON,
    Priority,
    Status,
    Ticket,
)

__all__ = [
    "LIVE",
    "UNSOLVED",
    "WORKED_ON",
    "Attachment",
    "Delivery",
    "Draft",
    "Message",
    "Participant",
    "Priority",
    "Seen",
    "Status",
    "Ticket",
    "Visit",
]
