"""What this room does when something happened to a ticket."""

from foredesk.logbook.facts import Fact
from foredesk.logbook.listening import on
from foredesk.plumbing.clock import now
from foredesk.sla import timing
from foredesk.sla.standards import standards
from foredesk.tickets.conditions import evaluating
from foredesk.tickets.events import (
    MarkedAsSpam,
    MessageReceived,
    PriorityChanged,
    ReplyWithdrawn,
    ReplyWritten,
    RestoredFromSpam,
    StatusChanged,
    SubjectChanged,
    TagsChanged,
    TeamChanged,
    TicketAbsorbed,
    TicketAssigned,
    TicketFact,
    TicketMerged,
    TicketSnoozed,
    TicketSplit,
    TicketWoken,
)

ONLY_IF: dict[type[Fact], set[str]] = {
    TicketAssigned: {"assignee"},
    TeamChanged: {"team"},
    TagsChanged: {"tags"},
    SubjectChanged: {"subject", "text"},
}
"""Facts that move a clock only when some policy looks at these fields."""


@on(
    MessageReceived,
    ReplyWritten,
    ReplyWithdrawn,
    StatusChanged,
    TicketSnoozed,
    TicketWoken,
    PriorityChanged,
    TeamChanged,
    TagsChanged,
    SubjectChanged,
    TicketAssigned,
    MarkedAsSpam,
    RestoredFromSpam,
    TicketMerged,
    TicketAbsorbed,
)
def keep_time(fact: TicketFact, *, entry) -> None:
    """Bring the ticket's clocks up to what happened."""
    wanted = ONLY_IF.get(type(fact))
    if wanted and not any(wanted & evaluating.names(p.conditions) for p in standards().policies):
        return
    timing.retime([fact.ticket_id], at=now())


@on(TicketSplit)
def keep_time_of_both(fact: TicketSplit, *, entry) -> None:
    """A split leaves two tickets, each with its own clocks."""
    timing.retime([fact.ticket_id, fact.into], at=now())
