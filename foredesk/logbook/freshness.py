"""Whether anything has happened since: for what a process keeps in memory for a moment."""

from itertools import count

_ticks = count(1)
_latest = [0]


def mark() -> int:
    """A number that stays the same until this process hears of another fact."""
    return _latest[0]


def touch() -> None:
    """Something happened: what was kept in memory before may no longer be true."""
    _latest[0] = next(_ticks)
