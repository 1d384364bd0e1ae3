"""What a measure is made of: its words, which the help page shows, and its formula. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from foredesk.analytics.histories import History, Step

Better = Literal["less", "more", ""]
WEEK = 7 * 86_400  # seconds
STILL = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of what has not ended."""


@dataclass(frozen=True)
class Row:
    """Something to tally: `step` is what happened and how the ticket stood. `value` is in calendar
    seconds, or a plain number; `open_value` the same in open hours. `until` is the end of what
    lasts."""

    what: str
    step: Step
    value: float | None = None
    open_value: float | None = None
    detail: str = ""
    until: datetime | None = None


class Clock:
    """Measures stretches in both clocks: the calendar's, and that of the hours in force."""

    def __init__(self, hours: Callable[[int | None, datetime], object | None]) -> None:
        self._hours = hours

    def row(self, what: str, since: datetime, end: Step) -> Row:
        """From `since` to `end`, by the hours in force at the end."""
        return Row(what, end, *self.between(since, end))

    def between(self, since: datetime, end: Step) -> tuple[float, float | None]:
        """Calendar and open seconds; None without hours."""
        hours = self._hours(end.policy_id, end.at)
        counted = hours.seconds_between(since, end.at) if hours is not None else None  # type: ignore[attr-defined]
        return (end.at - since).total_seconds(), counted

    def sum_in(self, what: str, history: History, statuses: tuple[str, ...]) -> Iterator[Row]:
        """All time in `statuses` up to the last change of status, each slice by its own hours."""
        slices = list(history.slices())
        if not slices:
            return
        last = slices[-1][2]
        calendar, (_, opened) = 0.0, self.between(last.at, last)
        for status, begin, end in slices:
            if status in statuses:
                one, other = self.between(begin.at, end)
                calendar += one
                opened = None if opened is None or other is None else opened + other
        yield Row(what, last, calendar, opened)


@dataclass(frozen=True)
class Words:
    """How a measure is told to people. All of it stands on its page. What has no clock has no
    `pauses`."""

    title: str
    says: str
    exactly: str
    counts: str
    pauses: str = "never"
    leaves_out: str = "spam, merged tickets, old mail"
    merged: str = (
        "the ticket that stays keeps its beginning; what was said in the other one since then "
        "counts here"
    )
    since: str = "Definition 1."


@dataclass(frozen=True)
class Measure:
    """A measure: what it tallies, how its figure is made of that, what is better."""

    name: str
    words: Words
    better: Better = ""
    rows: Callable[[History, Clock], Iterator[Row]] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Duration(Measure):
    """Median, nine of ten and average of the tallied seconds (`what`, by default its name)."""

    what: str = ""

    @property
    def tallied(self) -> str:
        return self.what or self.name


@dataclass(frozen=True)
class Count(Measure):
    """How often it was tallied."""

    what: str = ""

    @property
    def tallied(self) -> str:
        return self.what or self.name


@dataclass(frozen=True)
class Share(Measure):
    """How many of `whole` are `part`. With `most` only parts whose value is not above it count;
    with `is_cohort` both are looked for among the tickets created in the period; with `quiet` only
    parts after which their customer created no other ticket for so many seconds."""

    part: str = ""
    whole: tuple[str, ...] = ()
    most: float | None = None
    is_cohort: bool = False
    quiet: float | None = None


@dataclass(frozen=True)
class Level(Measure):
    """How many of what lasts had begun at a moment and not ended."""

    what: str = ""

    @property
    def tallied(self) -> str:
        return self.what or self.name
