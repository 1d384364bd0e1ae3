"""Numbers as lines: the geometry of charts that the server draws as SVG. Pure.

Coordinates are those of the chart's viewBox, y downwards. A value of None leaves a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

Values = Sequence[float | None]


@dataclass(frozen=True)
class Scale:
    """Values from 0 to `top` over pixels from `low` (where 0 lies) up to `high`; `ticks` are the
    values that get a line."""

    top: float
    ticks: tuple[float, ...]
    low: float
    high: float

    def y(self, value: float) -> float:
        share = value / self.top if self.top else 0
        return round(self.low - (self.low - self.high) * share, 1)


def scale(largest: float, *, low: float, high: float, steps: int = 3, whole: bool = False) -> Scale:
    """A scale whose ticks are round numbers; `whole` allows no fractions of one."""
    if largest <= 0:
        return Scale(1, (0, 1), low, high)
    step = _round_up(largest / steps)
    if whole:
        step = max(1.0, float(ceil(step)))
    count = ceil(largest / step - 1e-9)
    return Scale(step * count, tuple(step * n for n in range(count + 1)), low, high)


def scale_of_time(largest: float, *, low: float, high: float) -> Scale:
    """The same for seconds: ticks are round minutes, hours or days."""
    wanted = largest / 3
    step = next((one for one in _TIMES if one >= wanted), None)
    if step is None:
        step = _round_up(wanted / 86_400) * 86_400
    count = max(1, ceil(largest / step - 1e-9))
    return Scale(step * count, tuple(step * n for n in range(count + 1)), low, high)


_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
_TIMES = (
    *(10.0, 20.0, 30.0),
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 20, 30)),
    *(n * _HOUR for n in (1, 2, 3, 4, 6, 8, 12)),
    *(n * _DAY for n in (1, 2, 3, 5, 7, 10)),
)


def _round_up(value: float) -> float:
    size = 10 ** floor(log10(value))
    return next(n * size for n in (1, 2, 2.5, 4, 5, 8, 10) if n * size >= value * (1 - 1e-9))


def xs(count: int, *, left: float, right: float) -> list[float]:
    """The places of `count` values, evenly from left to right; a single one stands at the right."""
    if count == 1:
        return [right]
    return [round(left + (right - left) * n / (count - 1), 1) for n in range(count)]


def line(values: Values, places: Sequence[float], on: Scale) -> str:
    """The path of a line; it breaks where there is no value. One value alone is a short dash."""
    parts, is_down = [], False
    for index, (x, value) in enumerate(zip(places, values, strict=True)):
        if value is None:
            is_down = False
            continue
        parts.append(f"{'L' if is_down else 'M'}{x:g} {on.y(value):g}")
        is_alone = not is_down and (index + 1 == len(values) or values[index + 1] is None)
        if is_alone:
            parts.append("h.1")
        is_down = True
    return "".join(parts)


@dataclass(frozen=True)
class Spark:
    """A small line without axes and the area below it, in a box of `width` by `height`."""

    width: int
    height: int
    line: str
    area: str


def spark(values: Values, *, width: int = 200, height: int = 36) -> Spark | None:
    """The course of a figure at a glance; None of fewer than two values. Gaps are bridged."""
    known = [(n, value) for n, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return None
    low, high = min(value for _, value in known), max(value for _, value in known)
    reach, places = (high - low) or 1, xs(len(values), left=0, right=width)
    points = [
        (places[n], round(height - 2 - (height - 6) * (value - low) / reach, 1))
        for n, value in known
    ]
    drawn = "".join(f"{'L' if n else 'M'}{x:g} {y:g}" for n, (x, y) in enumerate(points))
    area = f"{drawn}L{points[-1][0]:g} {height}L{points[0][0]:g} {height}z"
    return Spark(width, height, drawn, area)


def labelled(count: int, *, most: int = 6) -> list[int]:
    """Which of `count` places get a label: the last one, and others evenly before it."""
    if count <= most:
        return list(range(count))
    step = ceil((count - 1) / (most - 1))
    return sorted(range(count - 1, -1, -step))
