"""Acts that change a ticket without writing: who does it, where it stands, what it is about.

Each is the shadow of one ability of the same name in tickets/.
"""

from __future__ import annotations

from datetime import datetime

from foredesk.demo.acts import Act
from foredesk.demo.rows import Row
from foredesk.demo.stage import Stage, preview_of
from foredesk.tickets import events, tagging
from foredesk.tickets.models import UNSOLVED, Participant, Seen, Status


class Sorting(Stage):
    """Acts on tickets, one or two at a time."""

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
            requester=requester,
            channel=ticket.channel,
            account=ticket.account,
            team_id=ticket.team_id,
            brand_id=ticket.brand_id,
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
            ticket.preview, ticket.activity_at = preview_of(public[-1]), public[-1].at
        ticket.customer_wrote_at = customers[-1].at if customers else None
        ticket.first_reply_at = answers[0].at if answers and not is_new else None
        last_answer = answers[-1].id if answers else 0
        unanswered = [one for one in customers if one.id > last_answer]
        is_at_work = ticket.status in UNSOLVED
        ticket.waiting_since = unanswered[0].at if unanswered and is_at_work else None
