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
