"""Whether anything has happened since: for what a process keeps in memory for a moment."""

from itertools import count

LISTS, PRESENCE = "lists", "presence"
_ticks = count(1)
_latest = {LISTS: 0, PRESENCE: 0}


def mark(of: str = LISTS) -> int:
    """A number that stays the same until this process hears of another fact, or of somebody who
    came or went."""
    return _latest[of]


def touch(*of: str) -> None:
    """Something happened: what was kept in memory of it before may no longer be true."""
    for one in of or _latest:
        _latest[one] = next(_ticks)
