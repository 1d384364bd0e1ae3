"""Rounds of the same work on a shared machine: those count that met it least disturbed.

What disturbs a machine only ever adds to the cost. Which rounds were disturbed is said by the
yardstick, never by their own cost.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from bench.accounting import Meter, Spent
from bench.yardstick import Yardstick

WANTED, MOST = 5, 12
CALM = 1.2
"""A round is undisturbed when the yardstick took at most so many times as long as at its best."""

T = TypeVar("T")
yardstick = cache(Yardstick)
"""One for the whole bench, so that its best is known longest."""


@dataclass(frozen=True)
class Round(Generic[T]):
    """What one operation spent, what the clients saw, and milliseconds of the yardstick."""

    spent: Spent
    seen: T
    taken: float

    @property
    def cost(self) -> float:
        """Processor milliseconds of one operation."""
        return self.spent.processor * 1000


@dataclass(frozen=True)
class Rounds(Generic[T]):
    """The rounds that count, the cheapest first; `all` is how many there were."""

    counted: list[Round[T]]
    all: int

    @property
    def middle(self) -> Round[T]:
        """The round that cost the median."""
        return self.counted[len(self.counted) // 2]

    @property
    def spread(self) -> tuple[float, float]:
        """What the cheapest and the dearest cost, milliseconds per operation."""
        return self.counted[0].cost, self.counted[-1].cost

    @property
    def slowed(self) -> float:
        """How many times slower than at its best the machine was."""
        return statistics.median(one.taken for one in self.counted) / yardstick().best


def measure(meter: Meter, work: Callable[[int], T], *, count: int, idle: Spent) -> Rounds[T]:
    """Do `work(number of the round)`, `count` operations, until five rounds were undisturbed or
    twelve are done; the five that were least disturbed count."""
    done: list[Round[T]] = []
    while len(done) < MOST and sum(map(_is_calm, done)) < WANTED:
        taken: list[float] = []
        meter.start()
        with yardstick().beside(taken):
            seen = work(len(done))
        spent = meter.stop().less(idle).each(count)
        done.append(Round(spent, seen, statistics.median(taken or [yardstick().best])))
    least = sorted(done, key=lambda one: one.taken)[:WANTED]
    return Rounds(sorted(least, key=lambda one: one.cost), len(done))


def _is_calm(one: Round[T]) -> bool:
    return one.taken <= yardstick().best * CALM
