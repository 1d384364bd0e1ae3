"""Surveys for tests of other rooms."""

from datetime import timedelta

from foredesk.plumbing.clock import now
from foredesk.surveys.models import Survey


def about(ticket) -> Survey:
    """The survey that the customer of a solved ticket was sent this moment."""
    at = now()
    return Survey.objects.create(
        ticket=ticket, customer=ticket.requester, solved_at=ticket.solved_at, at=at,
        ends_at=at + timedelta(days=14),
    )  # fmt: skip


def afresh(survey) -> Survey:
    """The survey as the database holds it."""
    return Survey.objects.get(pk=survey.pk)


def end(survey) -> None:
    """The time to answer is over."""
    Survey.objects.filter(pk=survey.pk).update(ends_at=now() - timedelta(seconds=1))
