"""A script of the demo: who does what to which thread, and when.

Verbs: receive, reply, deliver, note, assign, hand_to, set_status, prioritise, tag, rename, snooze,
wake, spam, restore, merge, split, close, see. playing.py says what each does and which values it
takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

BY_SYSTEM = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as the script knows them; `address` is lower case."""

    name: str
    address: str
    language: str = "en"
    zone: str = ""
    company: str = ""
    town: str = ""
    street: str = ""
    first: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file that hangs on a mail; its bytes are stored once by picturing.py."""

    sha256: str
    size: int
    name: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Act:
    """`by` is the address of an agent or of a customer, or BY_SYSTEM. `thread` names the thread
    within the script; an act that opens a ticket binds the name."""

    at: datetime
    verb: str
    thread: str
    by: str = BY_SYSTEM
    values: dict[str, Any] = field(default_factory=dict)


def in_order(acts: Iterable[Act]) -> list[Act]:
    """By time; acts of one moment stay in the order in which they were written."""
    return sorted(acts, key=lambda act: act.at)
