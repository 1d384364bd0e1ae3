"""Facts about numbers."""

from dataclasses import dataclass
from typing import ClassVar

from foredesk.logbook.facts import Fact


@dataclass(frozen=True)
class NumbersSet(Fact):
    """How this desk counts was changed: its hours, its targets. `before` and `after` hold only what
    changed."""

    about: ClassVar[str] = ""
    before: dict
    after: dict

    def topics(self) -> tuple[str, ...]:
        return ("numbers",)


@dataclass(frozen=True)
class DashboardSaved(Fact):
    """A dashboard was made or arranged otherwise; `given_to` are the roles that see it."""

    about: ClassVar[str] = "dashboard"
    dashboard_id: int
    name: str
    given_to: list[str]


@dataclass(frozen=True)
class DashboardRemoved(Fact):
    about: ClassVar[str] = "dashboard"
    dashboard_id: int
    name: str


@dataclass(frozen=True)
class NumbersExported(Fact):
    """Somebody took the rows behind a number out of the desk; `since` and `until` in ISO 8601."""

    measure: str
    since: str
    until: str
    rows: int


@dataclass(frozen=True)
class ReviewFact(Fact):
    """Something about the review of a week, as 2026-W46."""

    week: str

    def topics(self) -> tuple[str, ...]:
        return ("reviews",)


@dataclass(frozen=True)
class ReviewNoted(ReviewFact):
    """The notes of the meeting were written; `notes` is what they say now."""

    notes: str


@dataclass(frozen=True)
class PointAgreed(ReviewFact):
    about: ClassVar[str] = "point"
    point_id: int
    text: str
    agent_id: int | None
    due: str
    measure: str


@dataclass(frozen=True)
class PointDone(ReviewFact):
    """An agreed point was ticked, or is to be done after all."""

    about: ClassVar[str] = "point"
    point_id: int
    is_done: bool


@dataclass(frozen=True)
class PointRemoved(ReviewFact):
    about: ClassVar[str] = "point"
    point_id: int
    text: str


@dataclass(frozen=True)
class PointJudged(ReviewFact):
    """What was tried is kept, tried one more week, or stopped."""

    about: ClassVar[str] = "point"
    point_id: int
    verdict: str


@dataclass(frozen=True)
class ReviewSent(ReviewFact):
    """The review left for these addresses; `is_due` when its time had come, not by hand."""

    to: list[str]
    is_due: bool


@dataclass(frozen=True)
class ReviewMailSet(Fact):
    """When and to whom the review goes was changed."""

    before: dict
    after: dict


@dataclass(frozen=True)
class ReviewCameBack(Fact):
    """The review came back from an address: nothing goes there until somebody changes that."""

    address: str
    reason: str


@dataclass(frozen=True)
class ReviewAddressConfirmed(Fact):
    """Somebody says that the address is right all the same."""

    address: str
