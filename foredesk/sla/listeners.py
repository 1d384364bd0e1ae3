"""What this room does when something happened to a ticket."""

from foredesk.logbook.facts import Fact
from foredesk.logbook.listening import on
from foredesk.plumbing.clock import now
from foredesk.sla import timing
from foredesk.sla.standards import standards
from foredesk.tickets.events import (
    BrandChanged,
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
    BrandChanged: {"brand"},
    TagsChanged: {"tags"},
    SubjectChanged: {"subject", "text"},
}
"""Facts that move a clock only when some policy looks at these fields."""


def is_promised(fact: Fact) -> bool:
    """Whether such a fact moves clocks. A desk that promises nothing pays nothing: what ran under a
    policy that is gone is called off by the recalculation."""
    known = standards()
    wanted = ONLY_IF.get(type(fact))
    return bool(known.policies) and (wanted is None or bool(wanted & known.names))


@on(
    MessageReceived,
    ReplyWritten,
    ReplyWithdrawn,
    StatusChanged,
    TicketSnoozed,
    TicketWoken,
    PriorityChanged,
    TeamChanged,
    BrandChanged,
    TagsChanged,
    SubjectChanged,
    TicketAssigned,
    MarkedAsSpam,
    RestoredFromSpam,
    TicketMerged,
    TicketAbsorbed,
    only_if=is_promised,
)
def keep_time(fact: TicketFact, *, entry) -> None:
    """Bring the ticket's clocks up to what happened."""
    if is_promised(fact):
        timing.retime([fact.ticket_id], at=now())


@on(TicketSplit, only_if=is_promised)
def keep_time_of_both(fact: TicketSplit, *, entry) -> None:
    """A split leaves two tickets, each with its own clocks."""
    timing.retime([fact.ticket_id, fact.into], at=now())
