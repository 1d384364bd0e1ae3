"""Notices that somebody has read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from foredesk.logbook import recording
from foredesk.notices.models import Notice
from foredesk.notices.notifying import topic
from foredesk.people.models import Agent

KEPT = timedelta(days=90)


def read(
    agent: Agent, *, at: datetime, notice_id: int | None = None, ticket_id: int | None = None
) -> int:
    """Note that `agent` has read one notice, those of one ticket, or all; returns how many were
    unread."""
    mine = Notice.objects.filter(agent=agent, read_at=None)
    if notice_id is not None:
        mine = mine.filter(pk=notice_id)
    if ticket_id is not None:
        mine = mine.filter(ticket_id=ticket_id)
    with transaction.atomic():
        count = mine.update(read_at=at)
        if count:
            recording.poke((topic(agent.pk),))
    return count


def unread(agent: Agent, *, notice_id: int) -> None:
    """Note that a notice is not read after all."""
    with transaction.atomic():
        if Notice.objects.filter(agent=agent, pk=notice_id).update(read_at=None):
            recording.poke((topic(agent.pk),))


def forget_old(*, at: datetime) -> int:
    """Remove notices after three months; returns how many."""
    return Notice.objects.filter(at__lt=at - KEPT).delete()[0]
