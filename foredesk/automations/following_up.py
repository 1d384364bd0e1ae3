"""Follow-ups: mails and tasks that come after a resolution, until the customer writes."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from foredesk.automations.answering import answer
from foredesk.automations.events import FollowUpEnded, FollowUpStarted
from foredesk.automations.models import Following, Sequence, Template
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer, actor_of
from foredesk.people.models import Agent
from foredesk.tickets import noting, opening, rights, writing
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.locking import TicketGone, locked
from foredesk.tickets.models import Message, Ticket

log = logging.getLogger(__name__)

MAIL, CALL = "mail", "call"
MOST = 500


def start(
    ticket: Ticket, sequence: Sequence, *, by: Actor | Doer, at: datetime
) -> Following | None:
    """Begin `sequence` on the ticket; None when it runs there already or has no step.

    Records FollowUpStarted. Raises NotAllowed, UnableToChange.
    """
    rights.must_work(by)
    if not sequence.steps:
        return None
    with locked(ticket.pk) as row:
        if row.is_spam or row.merged_into_id:
            raise UnableToChange("Spam and merged tickets are not followed up.")
        first = at + timedelta(hours=float(sequence.steps[0]["hours"]))
        try:
            with transaction.atomic():
                following = Following.objects.create(
                    sequence=sequence,
                    ticket=row,
                    due_at=first,
                    started_at=at,
                    started_by=actor_of(by).name,
                )
        except IntegrityError:
            return None
        fact = FollowUpStarted(ticket_id=row.pk, sequence_id=sequence.pk, name=sequence.name)
        recording.record(fact, by=by, at=at)
        return following


def stop(
    ticket: Ticket | int,
    *,
    because: str,
    by: Actor | Doer,
    at: datetime,
    begun_by: datetime | None = None,
) -> int:
    """End every follow-up that runs on the ticket, or those that had begun at a moment; returns how
    many. Records FollowUpEnded."""
    pk = ticket if isinstance(ticket, int) else ticket.pk
    with transaction.atomic(savepoint=False):
        running = Following.objects.select_for_update(of=("self",)).filter(
            ticket_id=pk, due_at__isnull=False
        )
        if begun_by is not None:
            running = running.filter(started_at__lte=begun_by)
        rows = list(running.select_related("sequence"))
        for row in rows:
            _end(row, because, by=by, at=at)
        return len(rows)


def _end(row: Following, because: str, *, by: Actor | Doer, at: datetime) -> None:
    row.due_at, row.ended_at, row.ended_because = None, at, because
    row.save(update_fields=["due_at", "ended_at", "ended_because", "did", "step"])
    fact = FollowUpEnded(
        ticket_id=row.ticket_id,
        sequence_id=row.sequence_id,
        name=row.sequence.name,
        reason=because,
    )
    recording.record(fact, by=by, at=at)


def do_due(*, at: datetime, limit: int = MOST) -> int:
    """Do the steps whose time has come; returns how many."""
    due = Following.objects.filter(due_at__lte=at).order_by("due_at")
    done = 0
    for pk, ticket_id in list(due.values_list("pk", "ticket_id")[:limit]):
        try:
            with locked(ticket_id) as ticket:
                row = (
                    Following.objects.select_for_update(of=("self",))
                    .select_related("sequence")
                    .filter(pk=pk, due_at__lte=at)
                    .first()
                )
                if row is not None:
                    _do(row, ticket, at=at)
                    done += 1
        except TicketGone:
            continue
    return done


def _do(row: Following, ticket: Ticket, *, at: datetime) -> None:
    actor = Actor("rule", None, row.sequence.name)
    steps = row.sequence.steps
    if row.step >= len(steps):
        _end(row, "It has no further step.", by=actor, at=at)
        return
    said = _step(steps[row.step], row, ticket, by=actor, at=at)
    row.did = [*row.did, {"said": said, "at": at.isoformat()}]
    row.step += 1
    if row.step >= len(steps):
        _end(row, "Its last step is done.", by=actor, at=at)
        return
    row.due_at = at + timedelta(hours=float(steps[row.step]["hours"]))
    row.save(update_fields=["did", "step", "due_at"])


def _step(step: dict[str, Any], row: Following, ticket: Ticket, *, by: Actor, at: datetime) -> str:
    """Do one step; what was done or what kept it from being done, as a sentence."""
    try:
        with transaction.atomic():
            if step["do"] == MAIL:
                return _mail(step, ticket, by=by, at=at)
            return _call(step, row, ticket, by=by, at=at)
    except UnableToChange as why:
        return f"Left out: {why}"


def _mail(step: dict[str, Any], ticket: Ticket, *, by: Actor, at: datetime) -> str:
    template = Template.objects.filter(pk=int(step["template"])).first()
    if template is None:
        return "Left out: its template was removed."
    held = answer(ticket, texts=template.texts, by=by, at=at, purpose="follow-up")
    return f"“{template.name}” was held: {held}" if held else f"Sent “{template.name}”."


def _call(step: dict[str, Any], row: Following, ticket: Ticket, *, by: Actor, at: datetime) -> str:
    """A task: a ticket of its own, given to who has or last answered this one, with a note."""
    assignee = ticket.assignee or _last_writer(ticket)
    if assignee is not None and (not assignee.is_active or assignee.is_light):
        assignee = None
    name = ticket.requester.name or "the customer"
    task = opening.open_ticket(
        subject=f"Call {name}: {ticket.subject}"[:500],
        requester=ticket.requester,
        channel=ticket.channel,
        account=ticket.account,
        team=ticket.team,
        brand_id=ticket.brand_id,
        assignee=assignee,
        follow_up_of=ticket,
        language=ticket.language,
        by=by,
        at=at,
    )
    text = f"{step['text']}\n\n(Follow-up “{row.sequence.name}” of #{ticket.pk})"
    noting.note(task, by=by, at=at, body_html=writing.paragraphs(text))
    return f"Opened the task #{task.pk}" + (f" for {assignee.name}." if assignee else ".")


def _last_writer(ticket: Ticket) -> Agent | None:
    last = Message.objects.filter(ticket=ticket, author_kind="agent", agent__isnull=False)
    found = last.select_related("agent").order_by("-id").first()
    return found.agent if found else None
