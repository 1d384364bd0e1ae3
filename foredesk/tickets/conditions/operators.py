"""How a value is compared: each operator with its words and its pure test.

A value is a text, a number, a time, a tuple of texts, or None when there is none. Texts compare
without regard to case. Wanted values come from JSON: always a list of texts, except where a number
is counted. Nothing here compiles anybody's pattern: a word is looked for as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Operator:
    """`words` stand between the field's name and the value; `takes` says which value it wants:
    "many" (a list of choices), "words" (a list of texts), "number", or "" for none."""

    key: str
    words: str
    takes: str
    test: Callable[[Any, Any, datetime], bool]


@dataclass(frozen=True)
class Instant:
    """A moment that is compared with opening hours: `is_open` says of hours, by their key, whether
    they were open then; None when there are no such hours (any more)."""

    at: datetime
    is_open: Callable[[str], bool | None]


def _texts(value: Any) -> set[str]:
    if value is None or value == "":
        return set()
    many = value if isinstance(value, (tuple, list, set, frozenset)) else (value,)
    return {str(one).casefold() for one in many}


def _is_any(value: Any, wanted: Any, at: datetime) -> bool:
    return bool(_texts(value) & _texts(wanted))


def _has_all(value: Any, wanted: Any, at: datetime) -> bool:
    return _texts(wanted) <= _texts(value)


@lru_cache(maxsize=512)
def _plain(text: str) -> str:
    """As texts are compared; many rules look at one text."""
    return " ".join(text.split()).casefold()


def _contains(value: Any, wanted: Any, at: datetime) -> bool:
    text = _plain(str(value or ""))
    return any(_plain(str(one)) in text for one in wanted)


def _is_set(value: Any, wanted: Any, at: datetime) -> bool:
    return value is not None and value != "" and value != ()


def _hours_ago(value: Any, wanted: Any, at: datetime) -> bool:
    return value is not None and at - value >= timedelta(hours=float(wanted))


def _within_hours(value: Any, wanted: Any, at: datetime) -> bool:
    return value is not None and at - value < timedelta(hours=float(wanted))


def _not(test: Callable[[Any, Any, datetime], bool]) -> Callable[[Any, Any, datetime], bool]:
    return lambda value, wanted, at: not test(value, wanted, at)


def _at_least(value: Any, wanted: Any, at: datetime) -> bool:
    return value is not None and float(value) >= float(wanted)


def _at_most(value: Any, wanted: Any, at: datetime) -> bool:
    return value is not None and float(value) <= float(wanted)


def _in_hours(value: Any, wanted: Any, at: datetime) -> bool:
    return value is not None and any(value.is_open(one) for one in wanted)


def _out_of_hours(value: Any, wanted: Any, at: datetime) -> bool:
    """Hours that went were neither open nor closed."""
    return value is not None and all(value.is_open(one) is False for one in wanted)


OPERATORS = {
    one.key: one
    for one in (
        Operator("any_of", "is", "many", _is_any),
        Operator("none_of", "is not", "many", _not(_is_any)),
        Operator("has_all", "has all of", "many", _has_all),
        Operator("contains", "contains", "words", _contains),
        Operator("lacks", "does not contain", "words", _not(_contains)),
        Operator("set", "is known", "", _is_set),
        Operator("empty", "is empty", "", _not(_is_set)),
        Operator("at_least", "is at least", "number", _at_least),
        Operator("at_most", "is at most", "number", _at_most),
        Operator("hours_ago", "was at least this many hours ago:", "number", _hours_ago),
        Operator("within_hours", "was within the last hours:", "number", _within_hours),
        Operator("in_hours", "within the hours", "many", _in_hours),
        Operator("out_of_hours", "outside the hours", "many", _out_of_hours),
    )
}
CHOICE = ("any_of", "none_of", "set", "empty")
TAGS = ("any_of", "none_of", "has_all", "set", "empty")
TEXT = ("contains", "lacks", "any_of", "none_of", "set", "empty")
LEVEL = ("any_of", "none_of", "at_least", "at_most")
HOURS = ("in_hours", "out_of_hours")
TIME = ("hours_ago", "within_hours", "set", "empty")
