"""Play acts into rows and facts: what the abilities would have left, without asking the database.

Each method is the shadow of one ability of the rooms below; tests/test_fidelity.py plays the same
script through the abilities themselves and compares every field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db.models import Model

from foredesk.channels.models import Dispatch, DispatchState, Mailbox
from foredesk.demo.acts import BY_SYSTEM, Act, Person
from foredesk.demo.rows import Row, Rows
from foredesk.logbook.actors import SYSTEM, Actor
from foredesk.people.events import CustomerAppeared
from foredesk.people.models import Agent, Customer, Identity, Organisation, Team
from foredesk.tickets import events, tagging, unsending, writing
from foredesk.tickets.models import (
    UNSOLVED,
    Attachment,
    Delivery,
    Message,
    Participant,
    Seen,
    Status,
    Ticket,
)
from foredesk.tickets.receiving import PREVIEW_LENGTH
from foredesk.tickets.renaming import LONGEST_SUBJECT

OUTCOMES = {
    "sent": (Delivery.SENT, events.ReplySent),
    "kept": (Delivery.KEPT, events.ReplyKept),
    "failed": (Delivery.FAILED, events.ReplyFailed),
    "unknown": (Delivery.UNKNOWN, events.ReplyUncertain),
}
SENDING_TAKES = timedelta(seconds=1)


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

    def play(self, acts: Iterable[Act]) -> None:
        """Play all acts; they must be in the order of time."""
        for act in acts:
            getattr(self, f"_{act.verb}")(act, **act.values)

    # customers

    def _receive(
        self,
        act: Act,
        *,
        author: Person,
        subject: str,
        text: str,
        external_id: str,
        html: str = "",
        whole_text: str = "",
        references: tuple[str, ...] = (),
        follows: str = "",
        to: str,
        account: str,
        team: str = "",
        copied: tuple[Person, ...] = (),
        files: tuple = (),
    ) -> None:
        at = act.at
        customer = self._identify(author, at)
        found = self._followed(self.threads.get(follows or act.thread))
        takes_part = found is not None and customer.id in self._people[found.id]
        is_new = found is None or found.status == Status.CLOSED
        if is_new:
            earlier = found if takes_part else None
            team_id = earlier.team_id if earlier else None
            if team_id is None and team:
                team_id = self.cast.teams[team].pk
            ticket = self._open(
                at=at,
                by=_actor_of(customer),
                subject=subject,
                requester=customer,  # type: ignore[arg-type]
                channel="email",
                account=account,
                team_id=team_id,
                follow_up_of_id=earlier.id if earlier else None,
                language=author.language,
            )
            self.threads[act.thread] = ticket
        else:
            assert found is not None
            ticket = found
        message = self._write(
            ticket,
            author_kind="customer",
            customer_id=customer.id,
            author_name=(author.name or customer.name)[:200],
            author_address=author.address,
            is_unknown_sender=not is_new and not takes_part,
            channel="email",
            subject=subject[:1000],
            body_text=text,
            body_html=html,
            whole_text=whole_text,
            to=[{"value": to, "name": ""}],
            cc=[{"value": one.address, "name": one.name} for one in copied],
            external_id=external_id,
            references=list(references[:50]),
            at=at,
        )
        self._attach(message, files)
        if is_new or takes_part:
            for one in copied:
                self._join(ticket, self._identify(one, at), by=_actor_of(customer), at=at)
        self._take_up(ticket, message, customer, is_first=is_new)

    def _take_up(self, ticket: Row, message: Row, customer: Row, *, is_first: bool) -> None:
        by, at = _actor_of(customer), message.at
        ticket.activity_at = ticket.customer_wrote_at = at
        ticket.preview = _preview(message)
        if ticket.snoozed_until is not None:
            ticket.snoozed_until = None
            self._record(events.TicketWoken, ticket, by, at, reason="reply")
        if ticket.status in (Status.PENDING, Status.ON_HOLD, Status.SOLVED):
            self._move(ticket, Status.OPEN, by=by, at=at)
        ticket.waiting_since = ticket.waiting_since or at
        self._record(
            events.MessageReceived,
            ticket,
            by,
            at,
            message_id=message.id,
            customer_id=customer.id,
            channel="email",
            is_first=is_first,
        )

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
            self.rows.record(appeared, by=_actor_of(customer), at=at)
        return customer

    # agents write

    def _reply(
        self,
        act: Act,
        *,
        html: str,
        then: str = Status.PENDING,
        undo_seconds: int = 10,
        files: tuple = (),
    ) -> None:
        ticket, agent, at = self._at(act), self.cast.agents[act.by], act.at
        is_first = ticket.first_reply_at is None
        message = self._write(
            ticket,
            author_kind="agent",
            agent_id=agent.pk,
            author_name=agent.name,
            channel=ticket.channel,
            body_html=html,
            body_text=writing.text_of(html),
            at=at,
            delivery=Delivery.QUEUED,
            send_at=at + timedelta(seconds=undo_seconds),
            undo=unsending.before(ticket, then=then),  # type: ignore[arg-type]
        )
        self._attach(message, files)
        ticket.preview = _preview(message)
        by = agent.as_actor()
        if ticket.assignee_id is None:
            ticket.assignee_id = agent.pk
            self._record(events.TicketAssigned, ticket, by, at, before=None, after=agent.pk)
        ticket.first_reply_at = ticket.first_reply_at or at
        ticket.waiting_since, ticket.activity_at = None, at
        self._move(ticket, then, by=by, at=at)
        self._record(events.ReplyWritten, ticket, by, at, message_id=message.id, is_first=is_first)

    def _deliver(
        self, act: Act, *, external_id: str, outcome: str = "sent", note: str = ""
    ) -> None:
        ticket = self._at(act)
        queued = (one for one in self._messages[ticket.id] if one.delivery == Delivery.QUEUED)
        message = min(queued, key=lambda one: one.id)
        state, fact = OUTCOMES[outcome]
        message.claimed_at, message.attempts = act.at, message.attempts + 1
        message.external_id = message.external_id or external_id
        message.delivery, message.delivery_note = state, note
        ended_at = act.at + SENDING_TAKES
        if outcome == "sent":
            message.sent_at = ended_at
        self._dispatch(ticket, message, outcome=outcome, note=note, ended_at=ended_at)
        why = {"reason": note} if outcome in ("failed", "unknown") else {}
        self._record(fact, ticket, SYSTEM, ended_at, message_id=message.id, **why)

    def _dispatch(
        self, ticket: Row, message: Row, *, outcome: str, note: str, ended_at: datetime
    ) -> None:
        """What the page of sent mail shows."""
        mailbox = self.cast.mailboxes[ticket.account]
        requester = self._addresses[ticket.requester_id]
        self.rows.add(
            Dispatch,
            message_id=message.id,
            ticket_id=ticket.id,
            mailbox_id=mailbox.pk,
            mail_from=mailbox.address,
            to=[requester, *(one["value"] for one in message.cc)],
            subject=f"Re: {ticket.subject} [#{ticket.id}]",
            state=DispatchState(outcome),
            note=note,
            at=ended_at,
            started_at=message.claimed_at,
            attempts=1,
            handed_over_at=message.claimed_at if outcome in ("sent", "unknown") else None,
            is_demo=True,
        )

    def _note(self, act: Act, *, html: str) -> None:
        ticket, agent = self._at(act), self.cast.agents[act.by]
        message = self._write(
            ticket,
            author_kind="agent",
            agent_id=agent.pk,
            author_name=agent.name,
            is_public=False,
            channel="note",
            body_html=html,
            body_text=writing.text_of(html),
            at=act.at,
        )
        by = agent.as_actor()
        self._record(events.NoteWritten, ticket, by, act.at, message_id=message.id)

    # agents sort

    def _assign(self, act: Act, *, to: str) -> None:
        ticket = self._at(act)
        before, after = ticket.assignee_id, self.cast.agents[to].pk if to else None
        if before != after:
            ticket.assignee_id = after
            by = self._actor(act)
            self._record(events.TicketAssigned, ticket, by, act.at, before=before, after=after)

    def _hand_to(self, act: Act, *, team: str) -> None:
        ticket, by, at = self._at(act), self._actor(act), act.at
        before, after, holder = ticket.team_id, self.cast.teams[team].pk, ticket.assignee_id
        if before == after:
            return
        ticket.team_id = after
        lets_go = holder is not None and holder not in self.cast.members[after]
        if lets_go:
            ticket.assignee_id = None
        self._record(events.TeamChanged, ticket, by, at, before=before, after=after)
        if lets_go:
            self._record(events.TicketAssigned, ticket, by, at, before=holder, after=None)

    def _set_status(self, act: Act, *, status: str) -> None:
        self._move(self._at(act), status, by=self._actor(act), at=act.at)

    def _prioritise(self, act: Act, *, priority: int) -> None:
        ticket, before = self._at(act), self._at(act).priority
        if before != priority:
            ticket.priority = priority
            self._record(
                events.PriorityChanged,
                ticket,
                self._actor(act),
                act.at,
                before=before,
                after=priority,
            )

    def _tag(self, act: Act, *, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        ticket = self._at(act)
        removed = [tag for tag in ticket.tags if tag in remove]
        kept = [tag for tag in ticket.tags if tag not in remove]
        wanted = dict.fromkeys(tagging.clean(tag) for tag in add)
        added = [tag for tag in wanted if tag not in kept]
        if added or removed:
            ticket.tags = [*kept, *added]
            by = self._actor(act)
            self._record(events.TagsChanged, ticket, by, act.at, added=added, removed=removed)

    def _rename(self, act: Act, *, subject: str) -> None:
        ticket, before = self._at(act), self._at(act).subject
        if before != subject:
            ticket.subject = subject
            by = self._actor(act)
            self._record(events.SubjectChanged, ticket, by, act.at, before=before, after=subject)

    def _snooze(self, act: Act, *, until: datetime) -> None:
        ticket = self._at(act)
        ticket.snoozed_until = until
        by = self._actor(act)
        self._record(events.TicketSnoozed, ticket, by, act.at, until=until.isoformat())

    def _wake(self, act: Act, *, reason: str) -> None:
        ticket = self._at(act)
        if ticket.snoozed_until is not None:
            ticket.snoozed_until = None
            self._record(events.TicketWoken, ticket, self._actor(act), act.at, reason=reason)

    def _spam(self, act: Act) -> None:
        ticket = self._at(act)
        ticket.spam_at = act.at
        self._record(events.MarkedAsSpam, ticket, self._actor(act), act.at)

    def _restore(self, act: Act) -> None:
        ticket = self._at(act)
        ticket.spam_at = None
        self._record(events.RestoredFromSpam, ticket, self._actor(act), act.at)

    def _close(self, act: Act) -> None:
        ticket, by, at = self._at(act), self._actor(act), act.at
        before = ticket.status
        ticket.status, ticket.closed_at = Status.CLOSED, at
        ticket.snoozed_until = ticket.waiting_since = None
        self._record(events.StatusChanged, ticket, by, at, before=before, after=Status.CLOSED)
        self._record(events.TicketClosed, ticket, by, at, before=before)

    def _see(self, act: Act) -> None:
        ticket, agent = self._at(act), self.cast.agents[act.by]
        row = self._seen.get((ticket.id, agent.pk))
        if row is None:
            row = self.rows.add(Seen, ticket_id=ticket.id, agent_id=agent.pk, at=act.at)
            self._seen[ticket.id, agent.pk] = row
        elif row.at < (ticket.customer_wrote_at or ticket.created_at):
            row.at = act.at

    # threads meet and part

    def _merge(self, act: Act, *, into: str) -> None:
        source, target = self.threads[act.thread], self.threads[into]
        by, at = self._actor(act), act.at
        moved = self._messages[source.id]
        for message in moved:
            message.ticket_id = target.id
        self._messages[target.id].extend(moved)
        self._messages[source.id] = []
        there = self._people[target.id]
        for customer_id in self._people[source.id]:
            if customer_id not in there:
                there[customer_id] = self.rows.add(
                    Participant, ticket_id=target.id, customer_id=customer_id, role="cc"
                )
                self._record(events.ParticipantAdded, target, by, at, customer_id=customer_id)
        if source.activity_at > target.activity_at:
            target.activity_at, target.preview = source.activity_at, source.preview
        wrote = [one for one in (source.customer_wrote_at, target.customer_wrote_at) if one]
        target.customer_wrote_at = max(wrote, default=None)
        waits = [one for one in (source.waiting_since, target.waiting_since) if one]
        target.waiting_since = min(waits, default=None)
        target.tags = list(dict.fromkeys([*target.tags, *source.tags]))
        target.priority = max(target.priority, source.priority)
        if source.waiting_since is not None:
            if target.snoozed_until is not None:
                target.snoozed_until = None
                self._record(events.TicketWoken, target, by, at, reason="merge")
            if target.status in (Status.PENDING, Status.ON_HOLD, Status.SOLVED):
                self._move(target, Status.OPEN, by=by, at=at)
        source.merged_into_id, source.closed_at = target.id, source.closed_at or at
        source.status, source.snoozed_until, source.waiting_since = Status.CLOSED, None, None
        self._record(events.TicketMerged, source, by, at, into=target.id)
        self._record(events.TicketAbsorbed, target, by, at, other=source.id, messages=len(moved))

    def _split(self, act: Act, *, into: str, subject: str, external_ids: tuple[str, ...]) -> None:
        ticket, by, at = self._at(act), self._actor(act), act.at
        chosen = [one for one in self._messages[ticket.id] if one.external_id in external_ids]
        first = next(one for one in chosen if one.customer_id)
        requester = next(one for one in self._customers.values() if one.id == first.customer_id)
        new = self._open(
            at=at,
            by=by,
            subject=subject or ticket.subject,
            requester=requester,  # type: ignore[arg-type]
            channel=ticket.channel,
            account=ticket.account,
            team_id=ticket.team_id,
            assignee_id=ticket.assignee_id,
            priority=ticket.priority,
            split_from_id=ticket.id,
            language=ticket.language,
        )
        self.threads[into] = new
        for message in chosen:
            message.ticket_id = new.id
        self._messages[new.id] = chosen
        self._messages[ticket.id] = [m for m in self._messages[ticket.id] if m not in chosen]
        self._settle_times(new, is_new=True)
        self._settle_times(ticket, is_new=False)
        self._record(events.TicketSplit, ticket, by, at, into=new.id, messages=len(chosen))

    def _settle_times(self, ticket: Row, *, is_new: bool) -> None:
        public = [one for one in self._messages[ticket.id] if one.is_public]
        customers = [one for one in public if one.author_kind == "customer"]
        answers = [one for one in public if one.author_kind == "agent"]
        if public:
            ticket.preview, ticket.activity_at = _preview(public[-1]), public[-1].at
        ticket.customer_wrote_at = customers[-1].at if customers else None
        ticket.first_reply_at = answers[0].at if answers and not is_new else None
        last_answer = answers[-1].id if answers else 0
        unanswered = [one for one in customers if one.id > last_answer]
        is_at_work = ticket.status in UNSOLVED
        ticket.waiting_since = unanswered[0].at if unanswered and is_at_work else None

    # shared

    def _open(
        self, *, at: datetime, by: Actor, subject: str, requester: Customer, **values: Any
    ) -> Row:
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


def _actor_of(customer: Row) -> Actor:
    return Actor("customer", customer.id, customer.name)


def _preview(message: Row) -> str:
    return " ".join(message.body_text.split())[:PREVIEW_LENGTH]
