"""When customers write and when agents work: hours, weekdays, seasons, growth, bad days."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from foredesk.demo.company import TIME_ZONE

DAYS = 730
_HOURS = (1, 1, 1, 1, 1, 2, 4, 9, 16, 22, 24, 23, 19, 18, 18, 17, 16, 15, 14, 15, 16, 13, 8, 3)
_WEEKDAYS = (1.35, 1.15, 1.05, 1.0, 0.95, 0.6, 0.65)
_MONTHS = (0.9, 0.85, 1.05, 1.2, 1.3, 1.3, 1.15, 1.0, 0.95, 0.85, 1.0, 1.2)
_GROWTH = 1.8  # how much more comes at the end than at the beginning

_HEAP_DAYS = 7

SPIKES = {
    # days ago: (length in days, how many times the usual, season that colours the topics)
    431: (4, 4.0, "strike"),
    236: (1, 7.0, "outage"),
    97: (2, 4.5, "app"),
}

try:
    ZONE = ZoneInfo(TIME_ZONE)
except ZoneInfoNotFoundError:  # a machine without time zone data; an hour off in summer
    from datetime import timezone

    ZONE = timezone(timedelta(hours=1))  # type: ignore[assignment]


def arrivals(count: int, *, until: datetime, rng: Random) -> list[datetime]:
    """`count` moments in the two years before `until`, in order, with the rhythm of a shop."""
    first = until.astimezone(ZONE).date() - timedelta(days=DAYS)
    days = [first + timedelta(days=number) for number in range(DAYS + 1)]
    edges = list(accumulate(_weight_of(day, number) for number, day in enumerate(days)))
    hours = list(accumulate(_HOURS))
    moments: list[datetime] = []
    while len(moments) < count:
        day = days[bisect_right(edges, rng.random() * edges[-1])]
        hour = bisect_right(hours, rng.random() * hours[-1])
        local = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
        moment = local.astimezone(UTC) + timedelta(seconds=rng.random() * 3600)
        if moment < until:
            moments.append(moment)
    return sorted(moments)


def season_of(moment: datetime, *, until: datetime) -> set[str]:
    """What colours the topics of this day: spring, sale, christmas, strike, outage, app."""
    local = moment.astimezone(ZONE).date()
    seasons = set()
    if local.month in (3, 4, 5, 6):
        seasons.add("spring")
    if _is_sale(local):
        seasons.add("sale")
    if local.month == 12 or (local.month == 1 and local.day < 12):
        seasons.add("christmas")
    ago = (until.astimezone(ZONE).date() - local).days
    for start, (length, _, season) in SPIKES.items():
        if start - length < ago <= start:
            seasons.add(season)
    return seasons


def pressure(moment: datetime, *, until: datetime) -> float:
    """How much longer work takes on this day than usual: people are there for what usually comes,
    so more in the days before it makes a heap."""
    number = DAYS - (until.astimezone(ZONE).date() - moment.astimezone(ZONE).date()).days
    return _pressure(moment.astimezone(ZONE).date(), number)


@lru_cache(maxsize=2 * DAYS)
def _pressure(day: date, number: int) -> float:
    came = sum(_weight_of(day - timedelta(days=ago), number - ago) for ago in range(_HEAP_DAYS))
    usual = _HEAP_DAYS * (1 + _GROWTH * number / DAYS)
    return min(max(came / usual, 0.8), 2.4)


def _is_sale(day: date) -> bool:
    """Black week: from the Monday of the last week of November to the Monday after."""
    return (day.month == 11 and day.day >= 22) or (day.month == 12 and day.day <= 2)


def _weight_of(day: date, number: int) -> float:
    weight = _WEEKDAYS[day.weekday()] * _MONTHS[day.month - 1]
    weight *= 1 + _GROWTH * number / DAYS
    if _is_sale(day):
        weight *= 1.7
    if day.month == 12 and 8 <= day.day <= 22:
        weight *= 1.35
    if (day.month, day.day) in ((12, 24), (12, 25), (1, 1), (5, 17)):
        weight *= 0.35
    for start, (length, times, _) in SPIKES.items():
        if start - length < DAYS - number <= start:
            weight *= times
    return weight


class WorkingTime:
    """The hours in which agents work: weekdays 8 to 18, Saturdays 9 to 14, in Oslo."""

    def __init__(self, *, until: datetime) -> None:
        self._starts: list[float] = []
        self._worked: list[float] = []
        worked = 0.0
        day = until.astimezone(ZONE).date() - timedelta(days=DAYS + 30)
        for _ in range(DAYS + 120):
            opens, closes = {5: (9, 14), 6: (0, 0)}.get(day.weekday(), (8, 18))
            if closes:
                start = datetime(day.year, day.month, day.day, opens, tzinfo=ZONE).timestamp()
                self._starts.append(start)
                self._worked.append(worked)
                worked += (closes - opens) * 3600
            day += timedelta(days=1)
        self._total = worked

    def after(self, moment: datetime, seconds: float) -> datetime:
        """The moment when `seconds` of working time have passed since `moment`."""
        stamp = moment.timestamp()
        index = max(bisect_right(self._starts, stamp) - 1, 0)
        length = self._length(index)
        done = self._worked[index] + min(max(stamp - self._starts[index], 0), length)
        wanted = min(done + max(seconds, 1), self._total - 1)
        index = max(bisect_right(self._worked, wanted) - 1, 0)
        reached = self._starts[index] + (wanted - self._worked[index])
        return datetime.fromtimestamp(reached, UTC).replace(microsecond=moment.microsecond)

    def _length(self, index: int) -> float:
        later = self._worked[index + 1] if index + 1 < len(self._worked) else self._total
        return later - self._worked[index]
