"""What an action is: its words, its settings, what it would change, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from foredesk.logbook.actors import Actor, Doer
from foredesk.logbook.models import Entry
from foredesk.tickets.models import Ticket

Settings = Mapping[str, Any]
Options = Callable[[], list[tuple[str, str]]]

ONE, MANY, WORDS, TEXT, NUMBER = "one", "many", "words", "text", "number"


class Impossible(Exception):
    """This step can't be done on this ticket, or no more at all; the message says why."""


@dataclass(frozen=True)
class Slot:
    """A setting of an action, shown inside its sentence.

    `takes`: "one" or "many" of the `options`, "words" (a line), "text" (lines), "number" between
    `least` and `most`. `check` refuses a value by a ValueError with a sentence.
    """

    name: str
    label: str
    takes: str = ONE
    options: Options | None = None
    least: float = 0
    most: float = 1000
    longest: int = 200
    default: Any = ""
    check: Callable[[str], None] | None = None


@dataclass(frozen=True)
class Doing:
    """How a step is done: as whom (with its cause), when, and for which rule, run and entry.

    `of` names the rule, macro or follow-up.
    """

    by: Actor | Doer
    at: datetime
    of: str = ""
    rule_id: int | None = None
    run_id: int = 0
    entry: Entry | None = None


@dataclass(frozen=True)
class Action:
    """`words` is the sentence, with each slot in braces: "set the priority to {to}".

    `preview` says in a word or two what would be different on a ticket's picture, "" for nothing.
    `run` does it and returns what it did, as a sentence that begins with a verb in the past tense,
    "" when nothing was to do; raises Impossible and what its ability raises. `sets` is the field
    that it changes, for finding rules that contradict; `sets_off` the occasions that may follow.
    `is_offered`: whether this desk has a use for it.
    """

    key: str
    words: str
    slots: tuple[Slot, ...]
    preview: Callable[[Any, Settings], str]
    run: Callable[[Ticket, Settings, Doing], str]
    order: int = 50
    sets: str = ""
    sets_off: tuple[str, ...] = ()
    for_macros: bool = True
    is_offered: Callable[[], bool] = lambda: True

    def slot(self, name: str) -> Slot:
        """The slot of that name. Raises LookupError."""
        return next(one for one in self.slots if one.name == name)
