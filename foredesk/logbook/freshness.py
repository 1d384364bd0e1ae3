"""What a process keeps in memory for a moment, and whether anything has happened since.

Nothing is decided on what is kept unless being a moment late does no harm: rights are read from the
database at every request.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from time import monotonic
from typing import Any, Generic, TypeVar

from django.db import connection

MOMENT = 1.0  # seconds
LISTS, PRESENCE = "lists", "presence"
_ticks = count(1)
_latest = {LISTS: 0, PRESENCE: 0}
_everything: list[Kept[Any]] = []
T = TypeVar("T")


def mark(of: str = LISTS) -> int:
    """A number that stays the same until this process hears of another fact, or of somebody who
    came or went."""
    return _latest[of]


def touch(*of: str) -> None:
    """Something happened: what was kept in memory of it before may no longer be true."""
    for one in of or _latest:
        _latest[one] = next(_ticks)


class Kept(Generic[T]):
    """An answer that is asked for all day and rarely changes, as it was at most a moment ago.

    `read` asks anew. What this process changes is seen at once (`forget`), what another one changes
    within `seconds`; with `until`, no later than the next fact (LISTS), or than the next who comes
    or goes (PRESENCE), that this process hears of.
    """

    def __init__(self, read: Callable[[], T], *, seconds: float = MOMENT, until: str = "") -> None:
        self._read, self._seconds, self._until = read, seconds, until
        self._kept: tuple[float, int, T] | None = None
        self._turn = 0
        _everything.append(self)

    def __call__(self) -> T:
        """The answer; to be read, never to be changed."""
        at, kept = monotonic(), self._kept
        marked = _latest[self._until] if self._until else 0
        if kept is not None and at - kept[0] < self._seconds and kept[1] == marked:
            return kept[2]
        turn = self._turn
        answer = self._read()
        if turn == self._turn:  # what was forgotten while it was read may be older than that
            self._kept = (at, marked, answer)
        return answer

    def forget(self, *, older_than: float = 0.0) -> None:
        """Read anew at the next question, unless it was read within so many seconds; abilities that
        change it call this. In a transaction it is forgotten again when that commits: until then
        others still read what was."""
        if older_than:
            if self._kept and monotonic() - self._kept[0] >= older_than:
                self.drop()
            return
        self.drop()
        if connection.in_atomic_block:
            connection.on_commit(self.drop)

    def drop(self) -> None:
        """Forget it at this moment."""
        self._turn += 1
        self._kept = None


def forget_all() -> None:
    """Read all anew: another database, another desk."""
    for one in _everything:
        one.drop()
