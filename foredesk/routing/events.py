"""Facts about who is here and who gets what."""

from dataclasses import dataclass
from typing import ClassVar

from foredesk.logbook.facts import Fact
from foredesk.tickets.events import TicketFact


@dataclass(frozen=True)
class AvailabilityChanged(Fact):
    """`is_automatic`: nobody moved, or somebody moved again."""

    about: ClassVar[str] = "agent"
    agent_id: int
    before: str
    after: str
    is_automatic: bool = False

    def topics(self) -> tuple[str, ...]:
        return ("availability", f"agent-{self.agent_id}")


@dataclass(frozen=True)
class TicketRouted(TicketFact):
    """The desk gave the ticket to `agent_id`; `reason` says why them, in a sentence."""

    agent_id: int
    reason: str


@dataclass(frozen=True)
class TicketOverflowed(TicketFact):
    """Nobody was free for too long: it went to another team."""

    before: int | None
    after: int
    minutes: int


@dataclass(frozen=True)
class TicketReturned(TicketFact):
    """Its agent was away for too long while somebody waited for them."""

    agent_id: int
    minutes: int


@dataclass(frozen=True)
class RoutingChanged(Fact):
    """Skills, tiers, capacities or how a team's tickets are given out; `what` says which."""

    what: str
    name: str
    before: dict
    after: dict

    def topics(self) -> tuple[str, ...]:
        return ("availability",)
