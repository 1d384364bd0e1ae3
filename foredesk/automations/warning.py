"""Tell customers that their solved ticket will be closed, some days before."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from foredesk.automations.answering import answer
from foredesk.automations.models import CloseWarning, Template
from foredesk.channels import telling
from foredesk.logbook.actors import SYSTEM
from foredesk.people import queries as people
from foredesk.tickets import importing
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.locking import TicketGone, locked
from foredesk.tickets.models import LIVE, Status, Ticket

MOST = 200
PURPOSE = "closing"
NAME = "Closing soon"
"""A template of this name is used instead of the text below."""
TEXT = """Hello,

we solved your request {{ ticket.number }}, and close it in {{ closing.days }}.

If something is still open, just reply to this mail: it comes back to us at once. If all is well,
you need not do anything.

{{ desk.name }}"""
TEXTS = {"en": {"subject": "Is everything solved?", "text": TEXT}}


def warn_of_closing(*, at: datetime) -> int:
    """Write to the customers of tickets that close in the days that the workspace sets; 200 at
    most, each once for each solving. Returns how many were written to."""
    workspace = people.workspace()
    days, warning = workspace.close_after_days, workspace.close_warning_days
    if not days or not 0 < warning < days:
        return 0
    told = 0
    for ticket in _near(at - timedelta(days=days - warning))[:MOST]:
        try:
            told += _warn(ticket.pk, days=warning, at=at)
        except TicketGone:
            continue
    return told


def is_warned(ticket: Ticket, *, before: datetime) -> bool:
    """Whether the customer had their warning for this solving, at `before` or earlier."""
    found = CloseWarning.objects.filter(ticket=ticket, at__lte=before)
    return ticket.solved_at is not None and found.filter(solved_at=ticket.solved_at).exists()


def _near(solved_before: datetime) -> QuerySet[Ticket]:
    known = CloseWarning.objects.filter(ticket=OuterRef("pk"), solved_at=OuterRef("solved_at"))
    solved = Ticket.objects.filter(LIVE, status=Status.SOLVED, solved_at__lt=solved_before)
    return solved.exclude(Exists(known)).order_by("solved_at")


def _warn(ticket_id: int, *, days: int, at: datetime) -> bool:
    """One warning; what holds the mail is noted, and the ticket closes all the same. Only what a
    brake holds is tried again with the next look."""
    with locked(ticket_id) as ticket:
        if ticket.status != Status.SOLVED or ticket.solved_at is None:
            return False
        taken_at = importing.taken_over_at([ticket.pk]).get(ticket.pk)
        if taken_at is not None and ticket.solved_at < taken_at:
            _note(ticket, ticket.solved_at, "It was solved on another desk.", at=at)
            return False
        own = Template.objects.filter(name__iexact=NAME).first()
        more = {"closing.days": "1 day" if days == 1 else f"{days} days"}
        try:
            with transaction.atomic():
                held = answer(
                    ticket, texts=own.texts if own else TEXTS, by=SYSTEM, at=at, purpose=PURPOSE,
                    more=more,
                )  # fmt: skip
        except UnableToChange as why:
            held = str(why)
        if held == telling.BRAKED:
            return False
        _note(ticket, ticket.solved_at, held, at=at)
        return not held


def _note(ticket: Ticket, solved_at: datetime, held: str, *, at: datetime) -> None:
    """The customer was told, or why nothing was sent; it is not looked at again."""
    CloseWarning.objects.create(ticket=ticket, solved_at=solved_at, at=at, note=held[:500])
