"""Every read of the bell that others may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from foredesk.logbook.freshness import LISTS, Kept
from foredesk.notices.models import Kind, Notice
from foredesk.notices.notifying import WISHES, topic
from foredesk.people.models import Agent
from foredesk.tickets import visibility

__all__ = ["WISHES", "topic"]
PAGE = 50
KINDS = [(str(value), str(label)) for value, label in Kind.choices]


@dataclass(frozen=True)
class Line:
    """A notice as it is shown; `subject` is "" for a ticket that its reader may not see any more,
    and then `said` is too."""

    pk: int
    kind: str
    said: str
    number: int
    subject: str
    at: datetime
    is_new: bool


def unread(agent: Agent) -> int:
    """How many notices `agent` has not read, as it was less than a second ago and no fact came
    since: every page asks."""
    return _unread().get(agent.pk, 0)


def _count() -> dict[int, int]:
    rows = Notice.objects.filter(read_at=None).values_list("agent_id")
    return dict(rows.annotate(n=Count("pk")).order_by())


_unread = Kept(_count, until=LISTS)
forget = _unread.forget
"""Read anew at the next question."""


def notice(agent: Agent, pk: int) -> Notice | None:
    """One of the agent's own."""
    return Notice.objects.filter(agent=agent, pk=pk).first()


def notices(
    agent: Agent, *, only_unread: bool = False, before: int | None = None
) -> tuple[list[Line], int | None]:
    """(the newest notices of `agent`, what `before` is for those that follow, None at the end)."""
    rows = Notice.objects.filter(agent=agent).order_by("-at", "-id")
    if only_unread:
        rows = rows.filter(read_at=None)
    if before is not None:
        edge = Notice.objects.filter(agent=agent, pk=before).values_list("at", flat=True).first()
        rows = rows.filter(at__lte=edge).exclude(pk__gte=before, at=edge) if edge else rows.none()
    found = list(rows[: PAGE + 1])
    numbers = {one.ticket_id for one in found}
    subjects = dict(
        visibility.visible_to(agent).filter(pk__in=numbers).values_list("pk", "subject")
    )
    lines = [
        Line(
            pk=one.pk,
            kind=one.kind,
            said=one.said if one.ticket_id in subjects else "",
            number=one.ticket_id,
            subject=subjects.get(one.ticket_id, ""),
            at=one.at,
            is_new=one.read_at is None,
        )
        for one in found[:PAGE]
    ]
    return lines, lines[-1].pk if len(found) > PAGE else None
