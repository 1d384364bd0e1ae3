"""Facts about people."""

from dataclasses import dataclass
from typing import ClassVar

from foredesk.logbook.facts import Fact


@dataclass(frozen=True)
class AgentFact(Fact):
    about: ClassVar[str] = "agent"
    agent_id: int

    def topics(self) -> tuple[str, ...]:
        """Their live streams look again whether they may stay."""
        return (f"access-{self.agent_id}", "people")


@dataclass(frozen=True)
class AgentAdded(AgentFact):
    role: str


@dataclass(frozen=True)
class AgentChanged(AgentFact):
    """`before` and `after` hold only what changed."""

    before: dict
    after: dict


@dataclass(frozen=True)
class AgentDeactivated(AgentFact):
    pass


@dataclass(frozen=True)
class AgentReactivated(AgentFact):
    pass


@dataclass(frozen=True)
class SecondStepsReset(AgentFact):
    """`kinds` are those that were taken away: totp, webauthn, recovery_codes."""

    kinds: list[str]


@dataclass(frozen=True)
class CustomerAppeared(Fact):
    about: ClassVar[str] = "customer"
    customer_id: int


@dataclass(frozen=True)
class CustomerChanged(Fact):
    about: ClassVar[str] = "customer"
    customer_id: int
    before: dict
    after: dict


@dataclass(frozen=True)
class TeamFact(Fact):
    about: ClassVar[str] = "team"
    team_id: int
    name: str

    def topics(self) -> tuple[str, ...]:
        return ("views", "people")


@dataclass(frozen=True)
class TeamAdded(TeamFact):
    pass


@dataclass(frozen=True)
class TeamChanged(TeamFact):
    """`before` and `after` hold only what changed."""

    before: dict
    after: dict


@dataclass(frozen=True)
class TeamRemoved(TeamFact):
    pass


@dataclass(frozen=True)
class BrandFact(Fact):
    about: ClassVar[str] = "brand"
    brand_id: int
    name: str

    def topics(self) -> tuple[str, ...]:
        return ("views", "people")


@dataclass(frozen=True)
class BrandAdded(BrandFact):
    pass


@dataclass(frozen=True)
class BrandChanged(BrandFact):
    """`before` and `after` hold only what changed."""

    before: dict
    after: dict


@dataclass(frozen=True)
class BrandSetAside(BrandFact):
    pass


@dataclass(frozen=True)
class BrandBroughtBack(BrandFact):
    pass


@dataclass(frozen=True)
class WorkspaceSetUp(Fact):
    name: str


@dataclass(frozen=True)
class WorkspaceChanged(Fact):
    """`before` and `after` hold only what changed."""

    before: dict
    after: dict

    def topics(self) -> tuple[str, ...]:
        return ("workspace",)


@dataclass(frozen=True)
class AddressFailed(Fact):
    """Mail to an address of a customer came back for good."""

    about: ClassVar[str] = "customer"
    customer_id: int
    address: str
    reason: str


@dataclass(frozen=True)
class CustomerComplained(Fact):
    """The provider of an address says that mail of ours is unwanted there."""

    about: ClassVar[str] = "customer"
    customer_id: int
    address: str
