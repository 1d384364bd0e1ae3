"""Take over the history of another desk: tickets with their original times.

Nothing is set in motion: no mail goes out, no rule acts, no promise is made, now or later, because
of what happened there. The logbook holds the past as it was, so the numbers know it. A ticket that
was taken over before is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction

from foredesk.logbook import queries as logbook
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.logbook.facts import Fact
from foredesk.people import teaming
from foredesk.people.identifying_many import identify_many
from foredesk.people.models import Agent, Customer, Team
from foredesk.people.permissions import must_administer
from foredesk.plumbing import copying
from foredesk.tickets.events import (
    MessageReceived,
    NoteWritten,
    PriorityChanged,
    ReplyWritten,
    StatusChanged,
    TeamChanged,
    TicketAssigned,
    TicketClosed,
    TicketImported,
    TicketOpened,
    TicketReopened,
    TicketSolved,
)
from foredesk.tickets.models import UNSOLVED, Message, Participant, Status, Ticket
from foredesk.tickets.past import Event, Past
from foredesk.tickets.placing import place

TOGETHER = 200  # tickets of one transaction
OVER = (Status.SOLVED, Status.CLOSED)


@dataclass
class Taken:
    """How far the taking over is: tickets that came, and those that were here before."""

    came: int = 0
    known: int = 0


@dataclass
class _Writing:
    """What is to be written for one batch."""

    teams: dict[str, Team]
    agents: dict[str, Agent]
    customers: dict[str, Customer]
    numbers: list[int]
    tickets: list[Ticket] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    facts: list[tuple[Fact, Actor, datetime]] = field(default_factory=list)
    spare: list[int] = field(default_factory=list)

    def message_id(self) -> int:
        if not self.spare:
            self.spare = copying.take_ids(Message, TOGETHER)[::-1]
        return self.spare.pop()

    def write_down(self) -> None:
        copying.copy(Ticket, self.tickets)
        copying.copy(Message, self.messages)
        people = [(one.pk, one.requester_id) for one in self.tickets]
        Participant.objects.bulk_create(
            Participant(ticket_id=pk, customer_id=requester, role="requester")
            for pk, requester in people
        )
        recording.record_past(self.facts)


def take_over(
    pasts: Iterable[Past], *, source: str, by: Actor | Doer, at: datetime
) -> Iterator[Taken]:
    """Write the tickets; tells after each 200 how far it is. Each batch is a transaction of its
    own: who breaks off may begin again.

    `source` names the other desk; with it a ticket's id is known again. Teams that don't exist are
    added. Records TicketImported for each, and its past with its original times. Raises NotAllowed.
    """
    must_administer(by)
    actor = by if isinstance(by, Actor) else by.as_actor()
    known = set(logbook.values_of("tickets.TicketImported", "key", source=source))
    taken = Taken()
    teams = {team.name.lower(): team for team in Team.objects.all()}
    agents = {agent.email.lower(): agent for agent in Agent.objects.all()}
    given = iter(pasts)
    while some := list(islice(given, TOGETHER)):
        new = {past.key: past for past in some if past.key not in known}
        taken.known += len(some) - len(new)
        with transaction.atomic():
            for name in _missing(new.values(), teams):
                teams[name.lower()] = teaming.add(name=name, by=by, at=at)
            writing = _Writing(
                teams, agents, _customers(new.values()), copying.take_ids(Ticket, len(new))
            )
            for past in new.values():
                ticket = _write(past, writing)
                fact = TicketImported(**place(ticket), source=source, key=past.key)
                writing.facts.append((fact, actor, at))
            writing.write_down()
        known.update(new)
        taken.came += len(new)
        yield taken


def taken_over_at(ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these tickets was taken over; those that were opened here are left out.

    What lies before belongs to the other desk: nobody writes to a customer because of it.
    """
    found = logbook.facts_about("ticket", list(ids), kinds=("tickets.TicketImported",))
    return {entry.about_id: entry.at for entry in found if entry.about_id is not None}


def _customers(pasts: Iterable[Past]) -> dict[str, Customer]:
    wanted: dict[str, tuple[str, datetime]] = {}
    for past in pasts:
        name, at = wanted.get(past.address, ("", past.opened_at))
        wanted[past.address] = (name or past.name, min(at, past.opened_at))
    return identify_many("email", wanted)


def _missing(pasts: Iterable[Past], teams: dict[str, Team]) -> list[str]:
    wanted: dict[str, str] = {}
    for past in pasts:
        names = [past.team, *(v for e in past.events for k, v in e.changed if k == "team")]
        wanted.update({name.lower(): name for name in names if name})
    return [name for key, name in wanted.items() if key not in teams]


def _write(past: Past, writing: _Writing) -> Ticket:
    customer = writing.customers[past.address]
    ticket = Ticket(
        pk=writing.numbers[len(writing.tickets)],
        subject=past.subject,
        requester=customer,
        channel=past.channel,
        team=writing.teams.get((past.team or "").lower()),
        assignee=writing.agents.get((past.assignee or "").lower()),
        priority=past.priority,
        tags=list(past.tags),
        created_at=past.opened_at,
        activity_at=past.opened_at,
    )
    writing.tickets.append(ticket)
    opener = _doer(past.opened_by, ticket, writing) if past.opened_by else customer.as_actor()
    opened = TicketOpened(**place(ticket), channel=past.channel, customer_id=customer.pk)
    writing.facts.append((opened, opener, past.opened_at))
    if past.status != Status.NEW:
        _move(ticket, past.status, opener, past.opened_at, writing)
    for event in past.events:
        _happen(event, ticket, writing)
    return ticket


def _happen(event: Event, ticket: Ticket, writing: _Writing) -> None:
    doer = _doer(event.by, ticket, writing)
    for kind, text in event.said:
        _say(kind, text, ticket, doer, event.at, writing)
    for name, value in event.changed:
        _CHANGE[name](ticket, value, doer, event.at, writing)


def _doer(address: str, ticket: Ticket, writing: _Writing) -> Actor:
    """Who did it: an agent of this desk, somebody of the other one by name, or its machinery."""
    agent = writing.agents.get(address.lower())
    if agent is not None:
        return agent.as_actor()
    return Actor("agent", None, address) if address else Actor("system", None, "Import")


def _say(
    kind: str, text: str, ticket: Ticket, doer: Actor, at: datetime, writing: _Writing
) -> None:
    is_customers = kind == "message"
    customer = ticket.requester
    message = Message(
        pk=writing.message_id(),
        ticket=ticket,
        author_kind="customer" if is_customers else "agent",
        customer=customer if is_customers else None,
        agent_id=None if is_customers else doer.id,
        author_name=customer.name if is_customers else doer.name,
        is_public=kind != "note",
        channel=ticket.channel,
        body_text=text,
        at=at,
    )
    writing.messages.append(message)
    ticket.activity_at, ticket.preview = at, " ".join(text.split())[:140]
    where = {**place(ticket), "message_id": message.pk}
    fact: Fact
    if is_customers:
        fact = MessageReceived(**where, customer_id=customer.pk, channel=ticket.channel)
        ticket.customer_wrote_at = at
        ticket.waiting_since = ticket.waiting_since or at
        doer = customer.as_actor()
    elif kind == "reply":
        fact = ReplyWritten(**where, is_first=ticket.first_reply_at is None)
        ticket.first_reply_at, ticket.waiting_since = ticket.first_reply_at or at, None
    else:
        fact = NoteWritten(**where)
    writing.facts.append((fact, doer, at))


def _move(ticket: Ticket, status: str, doer: Actor, at: datetime, writing: _Writing) -> None:
    before = ticket.status
    if before == status:
        return
    ticket.status, place_now = status, place(ticket)
    facts: list[Fact] = [StatusChanged(**place_now, before=before, after=status)]
    if status in OVER and before not in OVER:
        is_first = ticket.solved_at is None
        ticket.solved_at, ticket.waiting_since = at, None
        if status == Status.SOLVED:
            facts.append(TicketSolved(**place_now, before=before, is_first=is_first))
    if status == Status.CLOSED:
        ticket.closed_at = at
        facts.append(TicketClosed(**place_now, before=before))
    if before in OVER and status in UNSOLVED:
        ticket.closed_at = None
        facts.append(TicketReopened(**place_now, before=before))
    writing.facts += [(fact, doer, at) for fact in facts]


def _change_team(ticket: Ticket, name: str | None, doer: Actor, at: datetime, writing: Any) -> None:
    before, team = ticket.team_id, writing.teams.get((name or "").lower())
    if before != (team.pk if team else None):
        ticket.team = team
        fact = TeamChanged(**place(ticket), before=before, after=ticket.team_id)
        writing.facts.append((fact, doer, at))


def _assign(ticket: Ticket, address: str | None, doer: Actor, at: datetime, writing: Any) -> None:
    before, agent = ticket.assignee_id, writing.agents.get((address or "").lower())
    if before != (agent.pk if agent else None):
        ticket.assignee = agent
        fact = TicketAssigned(**place(ticket), before=before, after=ticket.assignee_id)
        writing.facts.append((fact, doer, at))


def _prioritise(ticket: Ticket, priority: int, doer: Actor, at: datetime, writing: Any) -> None:
    before = ticket.priority
    if before != priority:
        ticket.priority = priority
        fact = PriorityChanged(**place(ticket), before=before, after=priority)
        writing.facts.append((fact, doer, at))


_CHANGE: dict[str, Any] = {
    "status": _move,
    "team": _change_team,
    "assignee": _assign,
    "priority": _prioritise,
}
