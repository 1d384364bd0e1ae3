"""What a trigger may look at besides the ticket: the happening that set it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from foredesk.logbook.facts import Fact
from foredesk.people import queries as people
from foredesk.sla import queries as promises
from foredesk.sla.metrics import METRICS
from foredesk.tickets.conditions import operators
from foredesk.tickets.conditions.fields import FIELDS, Field
from foredesk.tickets.conditions.operators import HOURS, Instant
from foredesk.tickets.conditions.pictures import MOST_TEXT, Picture
from foredesk.tickets.models import Message

VERDICTS = (("pass", "proven"), ("none", "not proven"), ("fail", "forged"))


@dataclass(frozen=True)
class Happening:
    """A ticket's picture together with the fact that just happened to it.

    Reads like the picture; `message` is read from the database when a condition asks for it.
    """

    picture: Picture
    fact: Fact | None = None
    actor_kind: str = ""
    happened_at: datetime | None = None
    given_message: tuple[str, str] | None = field(default=None)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.picture, name)

    @property
    def before(self) -> Any:
        """The value before, of whatever changed."""
        return getattr(self.fact, "before", None)

    def was(self, *facts: str) -> Any:
        """The value before, when the fact is one of these."""
        return self.before if type(self.fact).__name__ in facts else None

    @property
    def added(self) -> tuple[str, ...]:
        return tuple(getattr(self.fact, "added", ()))

    @cached_property
    def message(self) -> tuple[str, str]:
        """(text, verdict) of the message that the fact is about; empty when it is about none."""
        if self.given_message is not None:
            return self.given_message
        pk = getattr(self.fact, "message_id", None)
        found = (
            Message.objects.filter(pk=pk).values_list("subject", "body_text", "verdict").first()
            if pk
            else None
        )
        return (f"{found[0]}\n{found[1]}"[:MOST_TEXT], found[2]) if found else ("", "")


def _hours() -> list[tuple[str, str]]:
    return promises.schedule_names()


def _instant(at: datetime | None) -> Instant | None:
    return Instant(at, lambda key: promises.is_open(key, at=at)) if at else None


def _actors() -> list[tuple[str, str]]:
    return [
        ("customer", "a customer"),
        ("agent", "an agent"),
        ("rule", "a rule"),
        ("system", "the desk itself"),
    ]


def _languages() -> list[tuple[str, str]]:
    return people.languages()


ARRIVED = Field("arrived", "the ticket arrived", HOURS, lambda h: _instant(h.created_at), _hours)
"""A demand on time that stays true: a moment that passes once is not looked at again."""


def _brand_before(happening: Happening) -> int | None:
    """0 is the organisation itself, as everywhere in conditions; None when nothing changed."""
    changed = type(happening.fact).__name__ == "BrandChanged"
    return (happening.before or 0) if changed else None


OWN = (
    Field(
        "happened",
        "this happened",
        HOURS,
        lambda h: _instant(h.happened_at) if isinstance(h, Happening) else None,
        _hours,
    ),
    ARRIVED,
    Field(
        "message",
        "this message",
        ("contains", "lacks"),
        lambda h: h.message[0] if isinstance(h, Happening) else "",
    ),
    Field(
        "sender",
        "the sender of this message",
        ("any_of", "none_of"),
        lambda h: h.message[1] if isinstance(h, Happening) else "",
        lambda: list(VERDICTS),
    ),
    Field(
        "actor",
        "who did it",
        ("any_of", "none_of"),
        lambda h: getattr(h, "actor_kind", ""),
        _actors,
    ),
    Field(
        "was_status",
        "the status before",
        ("any_of", "none_of"),
        lambda h: (
            h.was("StatusChanged", "TicketSolved", "TicketReopened", "TicketClosed")
            if isinstance(h, Happening)
            else None
        ),
        FIELDS["status"].options,
    ),
    Field(
        "was_priority",
        "the priority before",
        operators.LEVEL,
        lambda h: h.was("PriorityChanged") if isinstance(h, Happening) else None,
        FIELDS["priority"].options,
    ),
    Field(
        "was_team",
        "the team before",
        operators.CHOICE,
        lambda h: h.was("TeamChanged") if isinstance(h, Happening) else None,
        FIELDS["team"].options,
    ),
    Field(
        "was_assignee",
        "the assignee before",
        operators.CHOICE,
        lambda h: h.was("TicketAssigned") if isinstance(h, Happening) else None,
        FIELDS["assignee"].options,
    ),
    Field(
        "was_brand",
        "the brand before",
        ("any_of", "none_of"),
        lambda h: _brand_before(h) if isinstance(h, Happening) else None,
        FIELDS["brand"].options,
        is_offered=FIELDS["brand"].is_offered,
    ),
    Field(
        "promise",
        "the promise",
        ("any_of", "none_of"),
        lambda h: getattr(h.fact, "metric", "") if isinstance(h, Happening) else "",
        lambda: [(one.key, one.says) for one in METRICS],
    ),
    Field(
        "added_tags",
        "a tag that was added",
        ("any_of", "none_of", "set"),
        lambda h: h.added if isinstance(h, Happening) else (),
    ),
)
TRIGGER_FIELDS: Mapping[str, Field] = {**FIELDS, **{one.key: one for one in OWN}}
"""What the conditions of a trigger may look at."""
TIME_FIELDS: Mapping[str, Field] = {**FIELDS, ARRIVED.key: ARRIVED}
"""What those of an automation may look at."""
WITH_TEXT = {"text"}
"""Fields for which a picture needs the first message."""


def fields_for(kind: str) -> Mapping[str, Field]:
    """The fields that a rule of this kind may look at."""
    return TRIGGER_FIELDS if kind == "trigger" else TIME_FIELDS
