"""Acts that write: customers' mails, agents' answers, their delivery, notes.

Each is the shadow of one ability (tickets/receiving.py, replying.py, delivery.py, noting.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from foredesk.channels.models import Dispatch, DispatchState
from foredesk.demo.acts import Act, Person
from foredesk.demo.rows import Row
from foredesk.demo.stage import Stage, actor_of_row, preview_of
from foredesk.logbook.actors import SYSTEM
from foredesk.tickets import events, unsending, writing
from foredesk.tickets.models import Delivery, Status

OUTCOMES = {
    "sent": (Delivery.SENT, events.ReplySent),
    "kept": (Delivery.KEPT, events.ReplyKept),
    "failed": (Delivery.FAILED, events.ReplyFailed),
    "unknown": (Delivery.UNKNOWN, events.ReplyUncertain),
}
SENDING_TAKES = timedelta(seconds=1)


class Talking(Stage):
    """Acts that leave a message."""

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
                by=actor_of_row(customer),
                subject=subject,
                requester=customer,
                channel="email",
                account=account,
                brand_id=self.cast.mailboxes[account].brand_id,
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
                self._join(ticket, self._identify(one, at), by=actor_of_row(customer), at=at)
        self._take_up(ticket, message, customer, is_first=is_new)

    def _take_up(self, ticket: Row, message: Row, customer: Row, *, is_first: bool) -> None:
        by, at = actor_of_row(customer), message.at
        ticket.activity_at = ticket.customer_wrote_at = at
        ticket.preview = preview_of(message)
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
        ticket.preview = preview_of(message)
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
