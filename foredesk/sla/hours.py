"""Open hours as pure arithmetic: how long somebody was open, and when a span will have passed.

An instant is open when the wall clock of the schedule's zone stands in one of the day's periods.
So a clock change makes a period shorter or longer, as it does for the people who work then: an hour
that is skipped counts nothing, one that comes twice counts twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

Period = tuple[int, int]
"""From and to in minutes since midnight, the end not included: 0 ≤ from < to ≤ 1440."""
Span = tuple[datetime, datetime]

DAY = 24 * 60
FURTHEST = timedelta(days=3 * 366)


class NeverOpen(Exception):
    """The schedule has too few open hours: the span would not pass within three years."""


@dataclass(frozen=True)
class Hours:
    """A week of periods (Monday first) in a zone. `exceptions` replace a date's periods; () closes.

    Equal hours are interchangeable; the periods of a day are in order and don't overlap.
    """

    zone: tzinfo
    week: tuple[tuple[Period, ...], ...]
    exceptions: Mapping[date, tuple[Period, ...]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_opened", lru_cache(4096)(self._open_on))

    def on(self, day: date) -> tuple[Span, ...]:
        """The open spans of a local date, in UTC and in order."""
        return self._opened(day)  # type: ignore[attr-defined]

    def _open_on(self, day: date) -> tuple[Span, ...]:
        periods = self.exceptions.get(day, self.week[day.weekday()])
        return _joined(span for period in periods for span in _spans(day, period, self.zone))

    def spans(self, start: datetime, until: datetime) -> Iterator[Span]:
        """What is open within [start, until), in order, cut to it."""
        if until <= start:
            return
        day = start.astimezone(self.zone).date()
        last = until.astimezone(self.zone).date()
        while day <= last:
            for opens, closes in self.on(day):
                if closes > start and opens < until:
                    yield max(opens, start), min(closes, until)
            day += _DAY

    def seconds_between(self, start: datetime, end: datetime) -> float:
        """Open seconds in [start, end); 0 when `end` is not after `start`."""
        return sum((stop - begin).total_seconds() for begin, stop in self.spans(start, end))

    def after(self, start: datetime, seconds: float) -> datetime:
        """The first instant by which `seconds` open seconds have passed since `start`.

        Nothing to pass is `start` itself. Raises NeverOpen.
        """
        if seconds <= 0:
            return start
        left = seconds
        for begin, stop in self.spans(start, start + FURTHEST):
            length = (stop - begin).total_seconds()
            if length >= left:
                return begin + timedelta(seconds=left)
            left -= length
        raise NeverOpen("There are too few open hours for this to ever be due.")

    def is_open(self, at: datetime) -> bool:
        return any(True for _ in self.spans(at, at + _SECOND))

    @property
    def day_seconds(self) -> int:
        """What a "day" means here: the most common length of an open weekday, the longer of two
        that are equally common; 24 hours when nothing is ever open."""
        lengths = [sum(end - begin for begin, end in periods) for periods in self.week]
        lengths = [length for length in lengths if length]
        if not lengths:
            return DAY * 60
        return max(lengths, key=lambda length: (lengths.count(length), length)) * 60


class Always:
    """The calendar itself: every second counts."""

    day_seconds = DAY * 60

    def spans(self, start: datetime, until: datetime) -> Iterator[Span]:
        if until > start:
            yield start, until

    def seconds_between(self, start: datetime, end: datetime) -> float:
        return max(0.0, (end - start).total_seconds())

    def after(self, start: datetime, seconds: float) -> datetime:
        return start + timedelta(seconds=max(0.0, seconds))


ALWAYS = Always()
Counting = Hours | Always
_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)


def _spans(day: date, period: Period, zone: tzinfo) -> Iterator[Span]:
    """The instants at which the wall clock of `zone` stands in `period` of `day`.

    One stretch for each offset that is in force around that date, cut to where it is in force.
    """
    begin, end = (_wall(day, minutes) for minutes in period)
    for offset in _offsets(day, zone):
        start = (begin - offset).replace(tzinfo=UTC)
        stop = (end - offset).replace(tzinfo=UTC)
        yield from _in_force(start, stop, offset, zone)


def _wall(day: date, minutes: int) -> datetime:
    """A wall clock time as a bare datetime; 1440 is the next day's midnight."""
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


@lru_cache(16_384)
def _offsets(day: date, zone: tzinfo) -> tuple[timedelta, ...]:
    noon = datetime.combine(day, time(12), UTC)
    moments = (noon + timedelta(hours=hours) for hours in (-36, -12, 12, 36))
    found = (moment.astimezone(zone).utcoffset() or timedelta() for moment in moments)
    return tuple(sorted(set(found), reverse=True))  # the larger offset comes first in UTC


def _in_force(start: datetime, stop: datetime, offset: timedelta, zone: tzinfo) -> Iterator[Span]:
    """The part of [start, stop) in which `zone` has this offset; a day has one clock change at
    most."""

    def has(at: datetime) -> bool:
        return at.astimezone(zone).utcoffset() == offset

    last = stop - _SECOND
    if has(start) and has(last):
        yield start, stop
    elif has(start):
        yield start, _change(start, last, has)
    elif has(last):
        yield _change(start, last, has), stop


def _change(before: datetime, after: datetime, has) -> datetime:
    """The second at which `has` changes its answer between two instants that differ in it."""
    is_before = has(before)
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if has(middle) == is_before:
            before = middle
        else:
            after = middle
    return after


def _joined(spans: Iterator[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        elif start < stop:
            joined.append((start, stop))
    return tuple(joined)
