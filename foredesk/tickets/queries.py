"""Every read of tickets that others may ask, scoped to the viewer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from foredesk.people.brands import OWN
from foredesk.people.models import Agent, Customer, Identity, Organisation, Team
from foredesk.plumbing import numbers
from foredesk.tickets import statements
from foredesk.tickets.models import (
    LIVE,
    UNSOLVED,
    Attachment,
    Delivery,
    Draft,
    Message,
    Seen,
    Status,
    Ticket,
)
from foredesk.tickets.views import View
from foredesk.tickets.visibility import rule, team_ids, topics_of, visible_to

__all__ = ["team_ids", "topics_of", "visible_to"]

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


@dataclass(frozen=True)
class Page:
    """Rows of a list and the cursor of the next page ("" at the end)."""

    rows: list[dict[str, Any]]
    next: str


_ROW = (
    "id",
    "subject",
    "status",
    "priority",
    "channel",
    "activity_at",
    "waiting_since",
    "snoozed_until",
    "preview",
    "tags",
    "requester_id",
    "requester__name",
    "assignee_id",
    "assignee__name",
    "team_id",
    "brand_id",
    "customer_wrote_at",
    "spam_at",
    "merged_into_id",
    "due_at",
    "due",
)


def list_page(
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
        sql, params, columns = _page_sql(viewer, view, sort, after=after, text=text, brand=brand)
    else:
        sql, params, columns = statements.kept(
            ("page", view.key, sort, str(brand)),
            viewer,
            lambda anybody: _page_sql(anybody, view, sort, brand=brand),
        )
    rows = statements.rows(sql, params, columns)
    for row in rows:
        row["due"] = json.loads(row["due"]) if row["due"] else None
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return Page(rows, _cursor(rows[-1], SORTS[sort]) if more else "")


def _page_sql(
    viewer: Agent,
    view: View,
    sort: str,
    *,
    after: str = "",
    text: str = "",
    brand: int | None = None,
) -> tuple[str, tuple[Any, ...], tuple[str, ...]]:
    """The statement of one page: SQL, parameters, names of the columns."""
    order = SORTS[sort]
    seen = Seen.objects.filter(ticket=OuterRef("pk"), agent=viewer).values("at")[:1]
    found = _after(matching(viewer, view, sort=sort, text=text, brand=brand), order, after)
    extra = tuple(name for name in order if name in ("waiting_order", "due_order"))
    columns = (*_ROW, "seen_at", *extra)
    found = found.annotate(seen_at=Subquery(seen))
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


def row_of(viewer: Agent, ticket_id: int) -> dict[str, Any] | None:
    """One list row."""
    seen = Subquery(Seen.objects.filter(ticket=OuterRef("pk"), agent=viewer).values("at")[:1])
    return (
        visible_to(viewer)
        .filter(pk=ticket_id)
        .annotate(seen_at=seen)
        .values(*_ROW, "seen_at")
        .first()
    )


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


def ticket(viewer: Agent, number: int) -> Ticket | None:
    """One ticket with its people, or None when there is none that `viewer` may see."""
    sql, params, _ = statements.kept(("ticket",), viewer, _ticket_sql, {_NUMBER: number})
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = cursor.fetchone()
    return _ticket_of(row) if row else None


_NUMBER = statements.STAND_INS[0]


def _ticket_sql(viewer: Agent) -> statements.Statement:
    names = [
        f"{path}{field.attname}" for path, model in _WITH for field in model._meta.concrete_fields
    ]
    query = visible_to(viewer).filter(pk=_NUMBER).values_list(*names).query
    return (*query.sql_with_params(), tuple(names))


_WITH: tuple[tuple[str, type[Model]], ...] = (
    ("", Ticket),
    ("requester__", Customer),
    ("requester__organisation__", Organisation),
    ("assignee__", Agent),
    ("team__", Team),
)


def _ticket_of(row: Sequence[Any]) -> Ticket:
    """The ticket of a row with all its people, as `select_related` would make it."""
    made: list[Any] = []
    start = 0
    for _, model in _WITH:
        fields = model._meta.concrete_fields
        values = row[start : start + len(fields)]
        start += len(fields)
        names = [field.attname for field in fields]
        made.append(model.from_db("default", names, values) if values[0] is not None else None)
    ticket, requester, organisation, assignee, team = made
    ticket.due = json.loads(ticket.due) if ticket.due else None
    requester._state.fields_cache["organisation"] = organisation
    ticket._state.fields_cache |= {"requester": requester, "assignee": assignee, "team": team}
    return ticket


def messages_of(ticket: Ticket) -> list[Message]:
    """The conversation in time order, without the quoted remainders, files prefetched."""
    return list(
        ticket.messages.defer("whole_text", "whole_html", "references", "undo")
        .annotate(has_whole=~Q(whole_text="", whole_html=""))
        .prefetch_related("attachments")
        .order_by("id")
    )


def message(viewer: Agent, public_id: str) -> Message | None:
    """One message of a ticket that `viewer` may see."""
    return (
        Message.objects.select_related("ticket", "agent", "customer")
        .filter(public_id=public_id, ticket__in=visible_to(viewer))
        .first()
    )


def attachment(viewer: Agent, public_id: str) -> Attachment | None:
    """One file of a message that `viewer` may see, or of a draft of their own."""
    found = (
        Attachment.objects.select_related("message__ticket", "draft", "blob")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        return None
    if found.draft is not None:
        return found if found.draft.agent_id == viewer.pk else None
    assert found.message is not None
    return found if visible_to(viewer).filter(pk=found.message.ticket_id).exists() else None


def tickets_of(viewer: Agent, customer_id: int, *, limit: int = 100) -> list[Ticket]:
    """A customer's tickets, newest first."""
    return list(
        visible_to(viewer)
        .filter(LIVE, requester_id=customer_id)
        .select_related("assignee")
        .order_by("-id")[:limit]
    )


def drafts_of(viewer: Agent, ticket: Ticket) -> dict[str, Draft]:
    """The viewer's own drafts on a ticket by kind; what waits for its time is not among them."""
    return drafts_on(viewer, ticket)[0]


def drafts_on(viewer: Agent, ticket: Ticket) -> tuple[dict[str, Draft], list[Draft]]:
    """(the viewer's own drafts by kind, everybody's replies that wait for their time, the next one
    first)."""
    wanted = Q(agent=viewer) | Q(send_at__isnull=False)
    rows = ticket.drafts.filter(wanted).select_related("agent").prefetch_related("attachments")
    drafts = list(rows.order_by("send_at"))
    own = {one.kind: one for one in drafts if one.send_at is None and one.agent_id == viewer.pk}
    return own, [one for one in drafts if one.send_at is not None]


def scheduled_on(ticket: Ticket) -> list[Draft]:
    """The replies on a ticket that wait for their time, the next one first."""
    rows = ticket.drafts.exclude(send_at=None).select_related("agent")
    return list(rows.prefetch_related("attachments").order_by("send_at"))


def scheduled(ticket: Ticket, draft_id: int) -> Draft | None:
    """One of them."""
    rows = ticket.drafts.exclude(send_at=None).select_related("agent", "ticket")
    return rows.filter(pk=draft_id).first()


def neighbours(viewer: Agent, ticket: Ticket) -> list[Ticket]:
    """Unsolved tickets of the same requester: what one most likely merges with."""
    return list(
        visible_to(viewer)
        .filter(LIVE, status__in=UNSOLVED, requester_id=ticket.requester_id)
        .exclude(pk=ticket.pk)
        .order_by("-activity_at")[:10]
    )


def undelivered_count(viewer: Agent) -> int:
    """Replies of tickets that `viewer` may see which failed or may not have arrived."""
    bad = Message.objects.filter(
        author_kind="agent", delivery__in=(Delivery.FAILED, Delivery.UNKNOWN)
    )
    return bad.filter(ticket__in=visible_to(viewer)).values("pk")[:COUNT_CAP].count()


def unsolved_by_team() -> dict[int | None, int]:
    """How many unsolved tickets each team has; for admins, who see all."""
    rows = Ticket.objects.filter(LIVE, status__in=UNSOLVED).values_list("team_id")
    return dict(rows.annotate(n=Count("pk")).order_by())


def unsolved_by_brand() -> dict[int, int]:
    """How many unsolved tickets each brand has, 0 being the organisation itself; for admins."""
    rows = Ticket.objects.filter(LIVE, status__in=UNSOLVED).values_list("brand_id")
    return {pk or OWN: n for pk, n in rows.annotate(n=Count("pk")).order_by()}


def solved_before(at: datetime, *, limit: int) -> list[Ticket]:
    """Tickets that have been solved since before `at`, the oldest first; for the clock, not for
    viewers."""
    solved = Ticket.objects.filter(LIVE, status=Status.SOLVED, solved_at__lt=at)
    return list(solved.order_by("solved_at")[:limit])


def briefly(viewer: Agent, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Subject, status and customer's name of these tickets by number, of those that `viewer` may
    see."""
    found = visible_to(viewer).filter(pk__in=numbers)
    rows = found.values("pk", "subject", "status", "requester_id", "requester__name")
    return {row["pk"]: dict(row) for row in rows}
