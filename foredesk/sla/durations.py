"""Times as people promise them: "30m", "4h", "1d"; a day is as long as the schedule's."""

from __future__ import annotations

import re

from foredesk.people.refusing import Refused
from foredesk.sla.hours import Counting

_ONE = re.compile(r"(\d{1,5}(?:[.,]\d{1,2})?)\s*(m|min|h|d|days?|hours?|minutes?)\Z", re.IGNORECASE)
LONGEST_DAYS = 365
WORDS = {"m": "min", "h": "h", "d": "day"}


def parse(text: str) -> str:
    """The plain form of a promised time ("90 min" is "90m"); "" for nothing promised.

    Raises Refused when it can't be read, or is nothing or more than a year.
    """
    text = " ".join(text.split())
    if not text:
        return ""
    found = _ONE.match(text)
    if found is None:
        raise Refused(f"“{text[:40]}” is no time. Write 30 min, 4 h or 1 day.")
    amount, unit = float(found[1].replace(",", ".")), found[2][0].lower()
    days = amount / {"m": 1440, "h": 24, "d": 1}[unit]
    if amount == 0 or days > LONGEST_DAYS:
        raise Refused("Promise a minute at least and a year at most.")
    return f"{amount:g}{unit}"


def seconds(plain: str, hours: Counting) -> int:
    """How many counted seconds the plain form means under `hours`; a minute at least."""
    amount, unit = float(plain[:-1]), plain[-1]
    length = {"m": 60, "h": 3600, "d": hours.day_seconds}[unit]
    return max(60, round(amount * length))


def words(plain: str) -> str:
    """The plain form as it is shown: "30 min", "4 h", "1 day", "2 days"."""
    if not plain:
        return ""
    amount, unit = plain[:-1], WORDS[plain[-1]]
    return f"{amount} {unit}{'s' if unit == 'day' and amount != '1' else ''}"
