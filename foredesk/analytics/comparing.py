"""A week against the four before it, measure by measure. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from foredesk.analytics import saying
from foredesk.analytics.defining import Duration, Measure, Share
from foredesk.analytics.questions import FEW, Figure

CLEAR, CLEAR_POINTS = 0.10, 2.0
"""A change that is worth a word: a tenth, or two points of a share. Less happens by chance."""


@dataclass(frozen=True)
class Change:
    """`now` is the week, `before` the four weeks before it (of what is counted, a week's average),
    `course` twelve weeks up to this one, `target` what is aimed at."""

    measure: Measure
    now: Figure
    before: Figure
    course: Sequence[float | None] = ()
    target: float | None = None

    @property
    def has_any(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.now.n or self.before.n)

    @property
    def is_thin(self) -> bool:
        """Whether it is of too few to say much."""
        if isinstance(self.measure, Duration | Share):
            return self.now.is_thin
        return False

    @property
    def delta(self) -> saying.Delta | None:
        """How it changed; beside other changes that of a share names its points."""
        found = saying.delta(self.measure, self.now, self.before)
        if found is None or found.tone == "flat" or not isinstance(self.measure, Share):
            return found
        return replace(found, text=_("%(n)s points") % {"n": found.text})

    @property
    def judgement(self) -> str:
        """good or poor when it changed clearly and is of enough tickets, else ""."""
        found = self.delta
        if found is None or found.tone == "flat" or not self._is_of_enough:
            return ""
        return found.tone if self._is_clear else ""

    @property
    def _is_of_enough(self) -> bool:
        if isinstance(self.measure, Duration | Share):
            return self.now.n >= FEW and self.before.n >= FEW
        return max(self.now.n, self.before.n) >= FEW

    @property
    def _is_clear(self) -> bool:
        now, before = self.now.value, self.before.value
        if now is None or not before:
            return False
        if isinstance(self.measure, Share):
            return round(abs(now - before) * 100, 6) >= CLEAR_POINTS
        return round(abs(now / before - 1), 6) >= CLEAR

    @property
    def is_best(self) -> bool:
        """Whether none of the weeks of its course was as good."""
        return self._is_extreme(self.measure.better == "less")

    @property
    def is_worst(self) -> bool:
        """Whether none of the weeks of its course was as bad."""
        return self._is_extreme(self.measure.better == "more")

    def _is_extreme(self, is_lowest: bool) -> bool:
        others = [one for one in self.course[:-1] if one is not None]
        now = self.now.value
        if now is None or len(others) < 7 or not self.measure.better or not self._is_of_enough:
            return False
        return now < min(others) if is_lowest else now > max(others)

    @property
    def is_met(self) -> bool | None:
        """Whether the week reaches the target; None without one."""
        return saying.is_met(self.measure, self.now.value, self.target)

    @property
    def was_met(self) -> bool | None:
        return saying.is_met(self.measure, self.before.value, self.target)

    @property
    def said(self) -> str:
        """This week's figure in words."""
        return saying.value(self.measure, self.now.value).whole

    @property
    def said_before(self) -> str:
        """The figure before in words; the average of a count may have a fraction."""
        return saying.value(self.measure, self.before.value).whole
