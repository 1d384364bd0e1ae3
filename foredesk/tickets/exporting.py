"""Take tickets out of the desk. Whoever may see them may do so, and the logbook knows."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from foredesk.logbook import queries as logbook
from foredesk.logbook import recording
from foredesk.people.models import Agent, Identity
from foredesk.people.queries import brand_card
from foredesk.tickets import listing, queries
from foredesk.tickets.events import ListExported, TicketExported
from foredesk.tickets.models import Message, Ticket
from foredesk.tickets.placing import place
from foredesk.tickets.views import View
from foredesk.tickets.visibility import visible_to

CHUNK = 500  # tickets of one statement

_ROW = (
    "id", "subject", "status", "priority", "requester__name", "address",
    "requester__organisation__name", "assignee__name", "team__name", "brand_id", "tags",
    "channel",
    "created_at", "first_reply_at", "activity_at", "waiting_since", "snoozed_until", "solved_at",
    "closed_at", "message_count", "follow_up_of_id", "preview",
)  # fmt: skip


@dataclass(frozen=True)
class Export:
    """How many tickets there are, and their rows, read while they are taken."""

    count: int
    rows: Iterator[dict[str, Any]]


def export_list(
    view: View,
    *,
    by: Agent,
    at: datetime,
    sort: str = "newest",
    text: str = "",
    brand: int | None = None,
) -> Export:
    """The tickets of a view and brand that contain `text`, as `by` sees them, in the list's order.

    The list is as it is now: each of its tickets comes once, whatever moves meanwhile; one that
    `by` may not see any more when its row is read is left out.
    """
    sort = sort if sort in listing.SORTS else "newest"
    found = listing.matching(by, view, sort=sort, text=text, brand=brand)
    numbers = array("q", found.values_list("pk", flat=True))
    with transaction.atomic():
        fact = ListExported(view=view.key, text=text, tickets=len(numbers))
        recording.record(fact, by=by, at=at)
    return Export(len(numbers), _rows(by, numbers))


def _rows(viewer: Agent, numbers: array[int]) -> Iterator[dict[str, Any]]:
    address = Identity.objects.filter(customer=OuterRef("requester")).order_by("pk")
    written = Message.objects.filter(ticket=OuterRef("pk")).order_by().values("ticket")
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK].tolist()
        found = visible_to(viewer).filter(pk__in=chunk)
        found = found.annotate(
            address=Subquery(address.values("value")[:1]),
            message_count=Coalesce(Subquery(written.annotate(n=Count("pk")).values("n")), 0),
        )
        rows = {row["id"]: row for row in found.values(*_ROW)}
        yield from (_with_brand(rows[number]) for number in chunk if number in rows)


def _with_brand(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its brand's name, which needs no join."""
    return {**row, "brand": brand_card(row["brand_id"]).name}


def export_ticket(ticket: Ticket, *, by: Agent, at: datetime) -> dict[str, Any]:
    """One ticket with its messages, notes and history, as plain values; files by name and hash.

    `by` is somebody who may see it.
    """
    with transaction.atomic():
        fact = TicketExported(**place(ticket), form="json")
        recording.record(fact, by=by, at=at)
    (row,) = _rows(by, array("q", [ticket.pk]))
    entries = logbook.entries_about("ticket", [ticket.pk])
    return {
        **{name: row[name] for name in _ROW},
        "brand": row["brand"],
        "messages": [_message(one) for one in queries.messages_of(ticket)],
        "history": [
            {"at": one.at, "what": one.kind, "by": one.actor_name or one.actor_kind,
             "data": one.data}
            for one in entries
        ],
    }  # fmt: skip


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.public_id,
        "at": message.at,
        "kind": message.author_kind if message.is_public else "note",
        "author": {"name": message.author_name, "address": message.author_address},
        "to": message.to,
        "cc": message.cc,
        "bcc": message.bcc,
        "text": message.body_text,
        "html": message.body_html,
        "delivery": message.delivery,
        "verdict": message.verdict,
        "files": [
            {"name": one.name, "type": one.content_type, "size": one.size, "sha256": one.blob_id}
            for one in message.attachments.all()
        ],
    }
