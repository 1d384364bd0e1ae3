"""Every read of single tickets and of what belongs to them, scoped to the viewer; lists are in
listing.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from foredesk.people.brands import OWN
from foredesk.people.models import Agent
from foredesk.tickets import selecting, statements
from foredesk.tickets.listing import COUNT_CAP
from foredesk.tickets.models import (
    LIVE,
    UNSOLVED,
    Attachment,
    Delivery,
    Draft,
    Message,
    Status,
    Ticket,
)
from foredesk.tickets.visibility import team_ids, topics_of, visible_to

__all__ = ["team_ids", "topics_of", "visible_to"]


def ticket(viewer: Agent, number: int) -> Ticket | None:
    """One ticket with its people, or None when there is none that `viewer` may see."""
    known = {selecting.NUMBER: number}
    found = statements.tuples(statements.kept(("ticket",), viewer, selecting.statement, known))
    return selecting.ticket_of(found[0]) if found else None


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
