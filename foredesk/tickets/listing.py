"""Lists of tickets: a page of a view, how many each holds, and who finds what by words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from foredesk.people.models import Agent, Identity
from foredesk.plumbing import numbers
from foredesk.tickets import statements
from foredesk.tickets.models import LIVE, Seen, Ticket
from foredesk.tickets.views import View
from foredesk.tickets.visibility import rule, visible_to

PAGE = 50
COUNT_CAP = 1000
SORTS = {
    "newest": ("-activity_at", "-id"),
    "waiting": ("waiting_order", "id"),
    "priority": ("-priority", "-activity_at", "-id"),
    "due": ("due_order", "id"),
}
_TIMES = ("activity_at", "waiting_order", "due_order")
_FAR = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


class Row(NamedTuple):
    """A ticket as a list shows it; `due` is the JSON of its nearest promise, or None."""

    id: int
    subject: str
    status: str
    priority: int
    channel: str
    activity_at: datetime
    snoozed_until: datetime | None
    requester_id: int
    requester__name: str
    assignee_id: int | None
    brand_id: int | None
    merged_into_id: int | None
    due_at: datetime | None
    due: str | None
    has_been_read: bool

    @property
    def promise(self) -> dict[str, Any] | None:
        """The nearest promise, as sla writes it."""
        return json.loads(self.due) if self.due else None


@dataclass(frozen=True)
class Page:
    """Rows of a list and the cursor of the next page ("" at the end)."""

    rows: list[Row]
    next: str


def page(
    viewer: Agent,
    view: View,
    *,
    sort: str = "newest",
    after: str = "",
    text: str = "",
    brand: int | None = None,
) -> Page:
    """One page (50) of a view by keyset: `after` is the cursor that the page before gave.

    `text` narrows to subjects, numbers and requesters that contain it, `brand` to the tickets of
    one brand (0 is the organisation itself). A cursor that can't be read
    starts from the top. Raises nothing.
    """
    sort = sort if sort in SORTS else "newest"
    if after or text:
        statement = _page_sql(viewer, view, sort, after=after, text=text, brand=brand)
    else:
        statement = statements.kept(
            ("page", view.key, sort, str(brand)),
            viewer,
            lambda anybody: _page_sql(anybody, view, sort, brand=brand),
        )
    found, width = statements.tuples(statement), len(Row._fields)
    rows = [Row._make(one[:width]) for one in found[:PAGE]]
    if len(found) <= PAGE:
        return Page(rows, "")
    last = dict(zip(statement[2], found[PAGE - 1], strict=True))
    return Page(rows, _cursor(last, SORTS[sort]))


def _page_sql(
    viewer: Agent,
    view: View,
    sort: str,
    *,
    after: str = "",
    text: str = "",
    brand: int | None = None,
) -> statements.Statement:
    """The statement of one page; its columns are those of Row, then what else the order needs."""
    order = SORTS[sort]
    until = Seen.objects.filter(
        ticket=OuterRef("pk"), agent=viewer, at__gte=OuterRef("customer_wrote_at")
    )
    found = _after(matching(viewer, view, sort=sort, text=text, brand=brand), order, after)
    extra = tuple(name for name in order if name in ("waiting_order", "due_order"))
    columns = (*Row._fields, *extra)
    found = found.annotate(has_been_read=Q(customer_wrote_at=None) | Exists(until))
    sql, params = found.values_list(*columns)[: PAGE + 1].query.sql_with_params()
    return sql, params, columns


def matching(
    viewer: Agent, view: View, *, sort: str = "newest", text: str = "", brand: int | None = None
) -> QuerySet[Ticket]:
    """All tickets of a view and brand that contain `text`, as far as `viewer` may see them, in
    order."""
    found = Ticket.objects.filter(rule(viewer), view.condition(viewer))
    if brand is not None:
        found = found.filter(brand=brand or None)
    if text:
        found = found.filter(_containing(text))
    if sort == "waiting":
        found = found.annotate(waiting_order=Coalesce("waiting_since", Value(_FAR)))
    elif sort == "due":
        found = found.annotate(due_order=Coalesce("due_at", Value(_FAR)))
    return found.order_by(*SORTS[sort])


def _cursor(row: dict[str, Any], order: Sequence[str]) -> str:
    values = (row[name.lstrip("-")] for name in order)
    return "~".join(v.isoformat() if isinstance(v, datetime) else str(v) for v in values)


def _after(found: QuerySet[Ticket], order: Sequence[str], cursor: str) -> QuerySet[Ticket]:
    """Rows that come after the cursor, as a chain of "equal so far, then beyond"."""
    parts = cursor.split("~")
    if len(parts) != len(order):
        return found
    values: list[Any] = []
    for name, part in zip(order, parts, strict=True):
        is_time = name.lstrip("-") in _TIMES
        value = _moment(part) if is_time else numbers.whole(part)
        if value is None:
            return found
        values.append(value)
    beyond, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        field, down = name.lstrip("-"), name.startswith("-")
        beyond |= equal & Q(**{f"{field}__{'lt' if down else 'gt'}": value})
        equal &= Q(**{field: value})
    first, value = order[0].lstrip("-"), values[0]
    edge = "lte" if order[0].startswith("-") else "gte"
    return found.filter(**{f"{first}__{edge}": value}).filter(beyond)


def _moment(text: str) -> datetime | None:
    """A time with its zone, in UTC; None when it is none, or outside the calendar there."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _containing(text: str) -> Q:
    text = text.strip()[:200]
    people = Identity.objects.filter(value__icontains=text).values("customer_id")
    match = Q(subject__icontains=text) | Q(requester__name__icontains=text)
    match |= Q(requester_id__in=people)
    number = numbers.whole(text.lstrip("#"))
    if number is not None:
        match |= Q(pk=number)
    return match


def find(viewer: Agent, text: str, *, limit: int = 8) -> list[dict[str, Any]]:
    """Tickets whose number, subject or requester matches, newest first, for the palette."""
    if not text.strip():
        return []
    rows = visible_to(viewer).filter(LIVE).filter(_containing(text)).order_by("-activity_at")
    return [
        dict(row)
        for row in rows.values("id", "subject", "status", "requester__name", "brand_id")[:limit]
    ]


def counts(viewer: Agent, views: Sequence[View]) -> dict[str, int]:
    """How many tickets each view holds, in one query; counting stops at 1,000 per view so that the
    cost doesn't grow with the desk. Outside a transaction the answer is kept for a second at most,
    and not beyond the next fact."""
    if not views:
        return {}
    keys = ("counts", *(view.key for view in views))
    statement = statements.kept(keys, viewer, lambda anybody: _counts_sql(anybody, views))
    return statements.rows_of_a_moment(statement)[0]


def _counts_sql(
    viewer: Agent, views: Sequence[View]
) -> tuple[str, tuple[Any, ...], tuple[str, ...]]:
    pieces: list[str] = []
    params: list[Any] = []
    for view in views:
        query = Ticket.objects.filter(rule(viewer), view.condition(viewer)).order_by()
        sql, args = query.values("pk")[:COUNT_CAP].query.sql_with_params()
        pieces.append(f"(select count(*) from ({sql}) v)")  # noqa: S608  (the ORM's own SQL)
        params.extend(args)
    return f"select {', '.join(pieces)}", tuple(params), tuple(view.key for view in views)
