"""Facts about the rulebook: who changed what the desk does by itself."""

from dataclasses import dataclass
from typing import ClassVar

from foredesk.logbook.facts import Fact
from foredesk.tickets.events import TicketFact


@dataclass(frozen=True)
class RuleFact(Fact):
    about: ClassVar[str] = "rule"
    rule_id: int
    name: str

    def topics(self) -> tuple[str, ...]:
        return ("rules",)


@dataclass(frozen=True)
class RuleAdded(RuleFact):
    pass


@dataclass(frozen=True)
class RuleChanged(RuleFact):
    """`version` is the one that holds from now on; `what` says what is different."""

    version: int
    what: str


@dataclass(frozen=True)
class RuleSwitched(RuleFact):
    is_active: bool


@dataclass(frozen=True)
class RuleMoved(RuleFact):
    position: int


@dataclass(frozen=True)
class RuleRemoved(RuleFact):
    pass


@dataclass(frozen=True)
class RuleBroken(RuleFact):
    """Its webhooks failed so often that they are no longer tried."""

    reason: str


@dataclass(frozen=True)
class WordingFact(Fact):
    """`noun` is macro, template or sequence."""

    noun: str
    item_id: int
    name: str


@dataclass(frozen=True)
class WordingSaved(WordingFact):
    is_new: bool


@dataclass(frozen=True)
class WordingRemoved(WordingFact):
    pass


@dataclass(frozen=True)
class FollowUpFact(Fact):
    about: ClassVar[str] = "ticket"
    ticket_id: int
    sequence_id: int
    name: str

    def topics(self) -> tuple[str, ...]:
        return (f"ticket-{self.ticket_id}",)


@dataclass(frozen=True)
class FollowUpStarted(FollowUpFact):
    pass


@dataclass(frozen=True)
class FollowUpEnded(FollowUpFact):
    reason: str


@dataclass(frozen=True)
class MacroApplied(Fact):
    about: ClassVar[str] = "ticket"
    ticket_id: int
    macro_id: int
    name: str

    def topics(self) -> tuple[str, ...]:
        return (f"ticket-{self.ticket_id}",)


@dataclass(frozen=True)
class TicketEscalated(TicketFact):
    """An escalation moved the ticket, or wanted to; `reason` is a sentence that says why."""

    metric: str
    left: int
    has_moved: bool
    reason: str
