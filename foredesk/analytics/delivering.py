"""Deliver the review of a week to one reader, with the figures that they may see."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from foredesk.analytics import mailing, reviewing, writing
from foredesk.analytics.models import ReviewReader
from foredesk.analytics.weeks import Week
from foredesk.channels import posting
from foredesk.people.queries import workspace
from foredesk.plumbing.clock import now


def deliver(reader_id: int, monday: str, *, key: str, is_last_try: bool) -> None:
    """Mail it, once for each `key`; who was taken from the list meanwhile, or whose address came
    back, gets nothing. Raises posting.NoTurn, posting.TryLater."""
    found = ReviewReader.objects.select_related("agent").filter(pk=reader_id).first()
    if found is None or found.is_held or (found.agent and not found.agent.is_active):
        return
    week, zone = Week(date.fromisoformat(monday)), ZoneInfo(workspace().time_zone)
    looked = reviewing.look_back(week, viewer=found.agent, at=now(), zone=zone)
    posting.post(
        writing.paper(looked, is_inside=found.agent is not None),
        to=found.where,
        key=key,
        purpose=mailing.PURPOSE,
        is_last_try=is_last_try,
    )
