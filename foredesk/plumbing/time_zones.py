"""The time zones of this machine."""

from functools import cache
from zoneinfo import available_timezones


@cache
def names() -> frozenset[str]:
    """Every zone's name. Read once: finding them walks through hundreds of files."""
    return frozenset(available_timezones())
