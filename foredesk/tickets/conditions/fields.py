"""The fields of a ticket that conditions may look at. One entry makes a field known everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from foredesk.people import queries as people
from foredesk.tickets.conditions import operators
from foredesk.tickets.conditions.pictures import Picture
from foredesk.tickets.models import Priority, Status
from foredesk.tickets.rating import RATINGS

NO_RATING = "none"
Options = Callable[[], list[tuple[str, str]]]


@dataclass(frozen=True)
class Field:
    """`label` reads in a sentence ("the priority"); `read` takes it from a picture.

    `options` are the choices as (value, label); a field without options takes free text, times
    and numbers as its operators say. `is_open`: other values than the options may be written.
    `is_offered` says whether it is worth choosing on this desk now.
    """

    key: str
    label: str
    operators: tuple[str, ...]
    read: Callable[[Any], Any]
    options: Options | None = None
    is_open: bool = False
    is_offered: Callable[[], bool] = lambda: True


def _nobody(names: Mapping[int, str]) -> list[tuple[str, str]]:
    ordered = sorted(names.items(), key=lambda pair: pair[1].casefold())
    return [(str(pk), name) for pk, name in ordered]


def _teams() -> list[tuple[str, str]]:
    return _nobody(people.team_names())


def _agents() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in people.assignable_agents()]


def _brands() -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in people.brands()]


def _has_brands() -> bool:
    return bool(people.brands_in_use())


def _levels() -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in Priority.choices]


def _statuses() -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in Status.choices]


def _channels() -> list[tuple[str, str]]:
    return [("email", "Email"), ("phone", "Phone"), ("chat", "Chat"), ("web", "Web form")]


def _domain(picture: Picture) -> str:
    return picture.requester_address.rpartition("@")[2]


TICKET = (
    Field("priority", "the priority", operators.LEVEL, lambda p: p.priority, _levels),
    Field("status", "the status", ("any_of", "none_of"), lambda p: p.status, _statuses),
    Field("team", "the team", operators.CHOICE, lambda p: p.team_id, _teams),
    Field("assignee", "the assignee", operators.CHOICE, lambda p: p.assignee_id, _agents),
    Field(
        "brand",
        "the brand",
        ("any_of", "none_of"),
        lambda p: p.brand_id,
        _brands,
        is_offered=_has_brands,
    ),
    Field("channel", "the channel", ("any_of", "none_of"), lambda p: p.channel, _channels, True),
    Field("account", "the mailbox", operators.TEXT, lambda p: p.account),
    Field("tags", "a tag", operators.TAGS, lambda p: p.tags),
    Field("language", "the language", operators.CHOICE, lambda p: p.language, None),
    Field("subject", "the subject", operators.TEXT, lambda p: p.subject),
    Field(
        "text",
        "the first message or subject",
        ("contains", "lacks"),
        lambda p: p.words,
    ),
    Field("requester", "the customer’s name", operators.TEXT, lambda p: p.requester_name),
    Field("address", "the customer’s address", operators.TEXT, lambda p: p.requester_address),
    Field("domain", "the customer’s mail domain", operators.TEXT, _domain),
    Field("organisation", "the customer’s company", operators.TEXT, lambda p: p.organisation),
    Field("created", "the ticket’s creation", operators.TIME, lambda p: p.created_at),
    Field("activity", "the last message", operators.TIME, lambda p: p.activity_at),
    Field("waiting", "the unanswered message", operators.TIME, lambda p: p.waiting_since),
    Field("first_reply", "the first reply", operators.TIME, lambda p: p.first_reply_at),
    Field("solved", "the solving", operators.TIME, lambda p: p.solved_at),
    Field(
        "rating",
        "the customer’s rating",
        ("any_of", "none_of"),
        lambda p: p.rating or NO_RATING,
        lambda: [*RATINGS, (NO_RATING, "none yet")],
    ),
)
FIELDS: dict[str, Field] = {one.key: one for one in TICKET}
