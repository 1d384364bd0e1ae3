"""What conditions look at: a ticket with its people as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Left

from foredesk.people import queries as people
from foredesk.people.brands import OWN
from foredesk.plumbing import prepared
from foredesk.tickets.models import Message, Ticket


@dataclass(frozen=True)
class Picture:
    """A ticket at one moment. `text` is the customer's first message, cut at 20,000 characters;
    `brand_id` is 0 for the organisation itself."""

    id: int
    subject: str
    status: str
    priority: int
    channel: str
    account: str
    language: str
    tags: tuple[str, ...]
    team_id: int | None
    assignee_id: int | None
    requester_id: int
    requester_name: str
    requester_address: str
    organisation: str
    organisation_id: int | None
    created_at: datetime
    activity_at: datetime
    customer_wrote_at: datetime | None
    waiting_since: datetime | None
    first_reply_at: datetime | None
    solved_at: datetime | None
    is_snoozed: bool
    text: str = ""
    brand_id: int = OWN
    rating: str = ""

    @cached_property
    def words(self) -> str:
        """The subject and the first message: one text, however many conditions look at it."""
        return f"{self.subject}\n{self.text}"


_COLUMNS = (
    "id",
    "subject",
    "status",
    "priority",
    "channel",
    "account",
    "brand_id",
    "language",
    "tags",
    "team_id",
    "assignee_id",
    "requester_id",
    "requester__name",
    "requester__organisation__name",
    "requester__organisation_id",
    "created_at",
    "activity_at",
    "customer_wrote_at",
    "waiting_since",
    "first_reply_at",
    "solved_at",
    "snoozed_until",
    "rating",
)
MOST_TEXT = 20_000


def pictures_of(ids: Iterable[int], *, with_text: bool = True) -> dict[int, Picture]:
    """The pictures of some tickets by number: one question however many."""
    rows = prepared.tuples(_asked, ids, with_text)
    return {row[0]: _picture(dict(zip(_NAMES, row, strict=True))) for row in rows}


def _asked(ids: Any, with_text: bool) -> QuerySet[Ticket, Any]:
    said = Message.objects.filter(ticket=OuterRef("pk"), is_public=True, author_kind="customer")
    text = said.order_by("id").values_list(Left("body_text", MOST_TEXT))[:1]
    return Ticket.objects.filter(pk__in=ids).values_list(
        *_COLUMNS,
        people.first_address(OuterRef("requester_id")),
        Subquery(text) if with_text else Value(""),
    )


_NAMES = (*_COLUMNS, "address", "text")


def _picture(row: dict[str, Any]) -> Picture:
    return Picture(
        id=row["id"],
        subject=row["subject"],
        status=row["status"],
        priority=row["priority"],
        channel=row["channel"],
        account=row["account"],
        brand_id=row["brand_id"] or OWN,
        language=row["language"],
        tags=tuple(row["tags"]),
        team_id=row["team_id"],
        assignee_id=row["assignee_id"],
        requester_id=row["requester_id"],
        requester_name=row["requester__name"],
        requester_address=row["address"] or "",
        organisation=row["requester__organisation__name"] or "",
        organisation_id=row["requester__organisation_id"],
        created_at=row["created_at"],
        activity_at=row["activity_at"],
        customer_wrote_at=row["customer_wrote_at"],
        waiting_since=row["waiting_since"],
        first_reply_at=row["first_reply_at"],
        solved_at=row["solved_at"],
        is_snoozed=row["snoozed_until"] is not None,
        text=row["text"] or "",
        rating=row["rating"],
    )
