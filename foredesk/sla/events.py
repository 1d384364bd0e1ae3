"""Facts about promises."""

from dataclasses import dataclass
from typing import ClassVar

from foredesk.logbook.facts import Fact
from foredesk.tickets.events import TicketFact


@dataclass(frozen=True)
class PolicyApplied(TicketFact):
    """The ticket came under another policy than before, under which it was `since` (ISO 8601); None
    is none."""

    before: int | None
    after: int | None
    since: str = ""


@dataclass(frozen=True)
class PromiseFact(TicketFact):
    """`metric` is one of metrics.py; `due_at` is when it is or was due (ISO 8601)."""

    metric: str
    policy_id: int | None
    clock_id: int
    due_at: str


@dataclass(frozen=True)
class PromiseAtRisk(PromiseFact):
    """So much of a promise is left, in thousandths, that an escalation is due; below 0: it has been
    late for so long."""

    left: int


@dataclass(frozen=True)
class PromiseBroken(PromiseFact):
    """It is late."""


@dataclass(frozen=True)
class PromiseKept(PromiseFact):
    """It was fulfilled in time."""


@dataclass(frozen=True)
class StandardFact(Fact):
    """Something was promised otherwise; `before` and `after` hold only what changed."""

    name: str
    before: dict
    after: dict

    def topics(self) -> tuple[str, ...]:
        return ("standards",)


@dataclass(frozen=True)
class PolicyChanged(StandardFact):
    about: ClassVar[str] = "policy"
    policy_id: int


@dataclass(frozen=True)
class PolicyRemoved(Fact):
    about: ClassVar[str] = "policy"
    policy_id: int
    name: str


@dataclass(frozen=True)
class PoliciesOrdered(Fact):
    """`order` are the policies' numbers, first to last."""

    order: list[int]


@dataclass(frozen=True)
class ScheduleChanged(StandardFact):
    about: ClassVar[str] = "schedule"
    schedule_id: int


@dataclass(frozen=True)
class ScheduleRemoved(Fact):
    about: ClassVar[str] = "schedule"
    schedule_id: int
    name: str


@dataclass(frozen=True)
class EscalationsSet(Fact):
    """`steps` are the escalations as they are now."""

    before: list
    steps: list


@dataclass(frozen=True)
class RecalculationAsked(Fact):
    about: ClassVar[str] = "recalculation"
    recalculation_id: int
    reason: str

    def topics(self) -> tuple[str, ...]:
        return ("standards",)
