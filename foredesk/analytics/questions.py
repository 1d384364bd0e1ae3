"""What can be asked about numbers, and what a figure is. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from foredesk.analytics.defining import Measure
from foredesk.analytics.measures import MEASURES
from foredesk.people.models import Agent
from foredesk.people.refusing import Refused

ClockName = Literal["open", "calendar"]
FEW = 20
"""Of fewer than this, a median says little: screens show it in grey."""


@dataclass(frozen=True)
class Question:
    """`since` up to but without `until`. `clock` open counts only open hours. `is_cohort` asks by
    the day on which tickets were created instead of when it happened. `where` narrows: ("team", 3).
    `viewer`: only tickets that they may see; None sees all."""

    measure: str
    since: datetime
    until: datetime
    clock: ClockName = "calendar"
    is_cohort: bool = False
    where: tuple[tuple[str, Any], ...] = ()
    viewer: Agent | None = field(default=None, compare=False)

    @property
    def definition(self) -> Measure:
        try:
            return MEASURES[self.measure]
        except KeyError:
            raise Refused(f"Nobody measures “{self.measure[:60]}”.") from None

    def before(self) -> Question:
        """The same of the period of equal length that ended when this one began."""
        return replace(self, since=self.since - (self.until - self.since), until=self.since)


@dataclass(frozen=True)
class Figure:
    """`value` is the figure itself: the median of a duration in seconds, a number, or a share from
    0 to 1; None when there is nothing to tell. `n` is of how many."""

    value: float | None
    n: int
    p90: float | None = None
    mean: float | None = None
    part: int | None = None

    @property
    def is_thin(self) -> bool:
        return self.n < FEW


NOTHING = Figure(None, 0)
