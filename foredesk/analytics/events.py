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
