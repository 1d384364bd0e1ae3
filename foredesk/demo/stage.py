"""Where the script is played: who is there, the rows so far, and what all acts share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from django.db.models import Model

from foredesk.channels.models import Mailbox
from foredesk.demo.acts import BY_SYSTEM, Act, Person
from foredesk.demo.rows import Row, Rows
from foredesk.logbook.actors import SYSTEM, Actor
from foredesk.people.events import CustomerAppeared
from foredesk.people.models import Agent, Customer, Identity, Organisation, Team
from foredesk.tickets import events
from foredesk.tickets.models import UNSOLVED, Attachment, Message, Participant, Status, Ticket
from foredesk.tickets.receiving import PREVIEW_LENGTH
from foredesk.tickets.renaming import LONGEST_SUBJECT


@dataclass(frozen=True)
class Cast:
    """What is there before the first act: agents by address, teams by name, who is in which team
    (by id), mailboxes by account, organisations by name."""

    agents: Mapping[str, Agent]
    teams: Mapping[str, Team]
    members: Mapping[int, frozenset[int]]
    mailboxes: Mapping[str, Mailbox]
    organisations: Mapping[str, Organisation] = field(default_factory=dict)


class Stage:
    """Plays acts in order; `rows` holds what they left. Threads are known by their names."""

    def __init__(self, cast: Cast, *, first_ids: Mapping[type[Model], int], rng: Random) -> None:
        self.rows = Rows(first_ids=first_ids, rng=rng)
        self.cast = cast
        self.threads: dict[str, Row] = {}
        self._customers: dict[str, Row] = {}
        self._addresses: dict[int, str] = {}
        self._messages: dict[int, list[Row]] = {}
        self._people: dict[int, dict[int, Row]] = {}
        self._seen: dict[tuple[int, int], Row] = {}
        self._tickets: dict[int, Row] = {}

    def _identify(self, person: Person, at: datetime) -> Row:
        customer = self._customers.get(person.address)
        if customer is None:
            company = self.cast.organisations.get(person.company)
            customer = self.rows.add(
                Customer,
                name=person.name[:200],
                organisation_id=company.pk if company else None,
                language=person.language,
                time_zone=person.zone,
                created_at=at,
                is_demo=True,
            )
            self.rows.add(Identity, customer_id=customer.id, kind="email", value=person.address)
            self._customers[person.address] = customer
            self._addresses[customer.id] = person.address
            appeared = CustomerAppeared(customer_id=customer.id)
            self.rows.record(appeared, by=actor_of_row(customer), at=at)
        return customer

    def _open(self, *, at: datetime, by: Actor, subject: str, requester: Row, **values: Any) -> Row:
        ticket = self.rows.add(
            Ticket,
            subject=" ".join(subject.split())[:LONGEST_SUBJECT] or "No subject",
            requester_id=requester.id,
            created_at=at,
            activity_at=at,
            is_demo=True,
            **values,
        )
        self._tickets[ticket.id] = ticket
        self._messages[ticket.id] = []
        self._people[ticket.id] = {
            requester.id: self.rows.add(
                Participant, ticket_id=ticket.id, customer_id=requester.id, role="requester"
            )
        }
        self._record(
            events.TicketOpened,
            ticket,
            by,
            at,
            channel=ticket.channel,
            customer_id=requester.id,
            follow_up_of=ticket.follow_up_of_id,
            split_from=ticket.split_from_id,
        )
        return ticket

    def _move(self, ticket: Row, status: str, *, by: Actor, at: datetime) -> None:
        before = ticket.status
        if before == status:
            return
        was_solved_before = ticket.solved_at is not None
        ticket.status, ticket.snoozed_until = status, None
        self._record(events.StatusChanged, ticket, by, at, before=before, after=status)
        if status == Status.SOLVED:
            ticket.solved_at, ticket.waiting_since = at, None
            self._record(
                events.TicketSolved, ticket, by, at, before=before, is_first=not was_solved_before
            )
        elif before == Status.SOLVED and status in UNSOLVED:
            self._record(events.TicketReopened, ticket, by, at, before=before)

    def _write(self, ticket: Row, **values: Any) -> Row:
        message = self.rows.add(Message, ticket_id=ticket.id, **values)
        self._messages[ticket.id].append(message)
        return message

    def _attach(self, message: Row, files: tuple) -> None:
        for file in files:
            self.rows.add(
                Attachment,
                message_id=message.id,
                blob_id=file.sha256,
                name=file.name,
                content_type=file.content_type,
                size=file.size,
            )

    def _join(self, ticket: Row, customer: Row, *, by: Actor, at: datetime) -> None:
        people = self._people[ticket.id]
        if customer.id in people or customer.id == ticket.requester_id:
            return
        people[customer.id] = self.rows.add(
            Participant, ticket_id=ticket.id, customer_id=customer.id, role="cc"
        )
        self._record(events.ParticipantAdded, ticket, by, at, customer_id=customer.id)

    def _record(
        self, fact: type[events.TicketFact], ticket: Row, by: Actor, at: datetime, **values: Any
    ) -> None:
        place = {
            "ticket_id": ticket.id,
            "team_id": ticket.team_id,
            "assignee_id": ticket.assignee_id,
        }
        self.rows.record(fact(**place, **values), by=by, at=at)

    def _actor(self, act: Act) -> Actor:
        return SYSTEM if act.by == BY_SYSTEM else self.cast.agents[act.by].as_actor()

    def _at(self, act: Act) -> Row:
        found = self._followed(self.threads[act.thread])
        assert found is not None
        return found

    def _followed(self, ticket: Row | None) -> Row | None:
        while ticket is not None and ticket.merged_into_id:
            ticket = self._tickets[ticket.merged_into_id]
        return ticket


def actor_of_row(customer: Row) -> Actor:
    return Actor("customer", customer.id, customer.name)


def preview_of(message: Row) -> str:
    return " ".join(message.body_text.split())[:PREVIEW_LENGTH]
