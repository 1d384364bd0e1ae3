"""What an escalation does about a promise that is at risk or late: it tells people, and it moves
the ticket to those who can keep the promise."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from foredesk.automations import telling
from foredesk.automations.events import TicketEscalated
from foredesk.design import wording
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM, Actor
from foredesk.logbook.models import Entry
from foredesk.people import queries as people
from foredesk.people.permissions import NotAllowed
from foredesk.routing import reassigning
from foredesk.sla import escalating
from foredesk.sla.escalating import FREE
from foredesk.sla.events import PromiseAtRisk
from foredesk.sla.metrics import BY_KEY
from foredesk.tickets import addressees, assigning
from foredesk.tickets.conflicts import Conflict, UnableToChange
from foredesk.tickets.models import Ticket
from foredesk.tickets.placing import place


def escalate(fact: PromiseAtRisk, *, entry: Entry, at: datetime) -> None:
    """Do what the escalation of `fact` says, once for each entry: move the ticket, then tell whom
    it names. Those who have it after the move are told too when it names the assignee or team.

    Records TicketEscalated with the reason, besides what the move records.
    """
    step = next((one for one in escalating.current() if one.left == fact.left), None)
    with transaction.atomic():
        rows = Ticket.objects.select_for_update(of=("self",), no_key=True)
        ticket = rows.filter(pk=fact.ticket_id).first()
        if step is None or ticket is None:
            return
        said = sentence(fact, at=at)
        if step.move_to and not _is_done(entry):
            ticket = _move(ticket, step.move_to, said, fact, by=SYSTEM.because(entry), at=at)
        found = addressees.people_of(ticket, step.tell)
        if found:
            telling.tell(ticket, found, kind="promise", about=entry.pk, said=said, of=said, at=at)


def _is_done(entry: Entry) -> bool:
    return Entry.objects.filter(cause=entry, kind=TicketEscalated.kind()).exists()


def _move(
    ticket: Ticket, move_to: str, said: str, fact: PromiseAtRisk, *, by: Actor, at: datetime
) -> Ticket:
    """The ticket where it now is; that it could not be moved, and why, is noted as well."""
    before = (ticket.team_id, ticket.assignee_id)
    try:
        with transaction.atomic():
            why = _moved(ticket, move_to, by=by, at=at)
    except (UnableToChange, Conflict, NotAllowed) as refused:
        why = str(refused)
    ticket.refresh_from_db()
    has_moved = (ticket.team_id, ticket.assignee_id) != before
    reason = f"{said} {why}".strip()
    note = TicketEscalated(
        **place(ticket), metric=fact.metric, left=fact.left, has_moved=has_moved, reason=reason
    )
    recording.record(note, by=by, at=at)
    return ticket


def _moved(ticket: Ticket, move_to: str, *, by: Actor, at: datetime) -> str:
    """Move it; why it went to them, or why it stays, as a sentence or ""."""
    if move_to == FREE:
        return reassigning.reassign(ticket, by=by, at=at)
    pk = addressees.number_of(move_to, "agent")
    if pk is not None:
        agent = people.agent(pk)
        if agent is None or not agent.is_active:
            return "The person to whom it was to go left."
        assigning.assign(ticket, agent, by=by, at=at)
        return ""
    team = people.team(addressees.number_of(move_to, "team") or 0)
    if team is None:
        return "The team to which it was to go was removed."
    assigning.hand_to(ticket, team, by=by, at=at)
    return ""


def sentence(fact: PromiseAtRisk, *, at: datetime) -> str:
    """ "First reply is due in 20 min." or "First reply is 5 min late." """
    what = BY_KEY[fact.metric].says
    if not fact.due_at:
        return f"{what}: a promise is at risk."
    due = datetime.fromisoformat(fact.due_at)
    if due <= at < due + timedelta(minutes=1):
        return f"{what}: the promise is late now."
    if due <= at:
        return f"{what}: the promise is {wording.span(at - due)} late."
    return f"{what}: the promise is due in {wording.span(due - at)}."
