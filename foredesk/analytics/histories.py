"""The course of one ticket, as far as numbers care: what happened, and how it stood then. Pure.

Everything is read from the logbook, so a history worked out anew is the same history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from foredesk.tickets import recalling

UNSOLVED = ("new", "open", "pending", "on_hold")
OVER = ("solved", "closed")


@dataclass(frozen=True)
class Step:
    """Something that happened, and how the ticket stands after it.

    `kind` is one of KINDS' values or "touched" (anything else that an agent did). `before` and
    `value` are what changed. `by_kind` and `by_id` did it. `policy_id` is the promise it is under.
    """

    at: datetime
    kind: str
    by_kind: str
    by_id: int | None
    value: Any = None
    before: Any = None
    status: str = "new"
    team_id: int | None = None
    assignee_id: int | None = None
    priority: int = 2
    policy_id: int | None = None

    @property
    def is_by_agent(self) -> bool:
        return self.by_kind == "agent"


@dataclass(frozen=True)
class History:
    """A ticket's steps in order; the first is that it was opened.

    `is_counted`: neither spam nor merged into another.
    """

    ticket_id: int
    channel: str
    customer_id: int | None
    is_counted: bool
    steps: tuple[Step, ...]

    @property
    def opened(self) -> Step:
        return self.steps[0]

    @property
    def now(self) -> Step:
        return self.steps[-1]

    def of(self, *kinds: str) -> Iterator[Step]:
        return (step for step in self.steps if step.kind in kinds)

    @property
    def replies(self) -> list[Step]:
        """Public messages of agents, without the words that an agent opened the ticket with."""
        found = [step for step in self.of("answered") if step.is_by_agent]
        if found and self.opened.is_by_agent and found[0].at == self.opened.at:
            return found[1:]
        return found

    @property
    def solves(self) -> list[Step]:
        """Each time it went from unsolved to solved, or to closed where solved was skipped."""
        return [s for s in self.of("status") if s.value in OVER and s.before not in OVER]

    @property
    def reopenings(self) -> list[Step]:
        """Each time it came back from solved."""
        return [s for s in self.of("status") if s.value in UNSOLVED and s.before == "solved"]

    @property
    def revivals(self) -> list[Step]:
        """Each time it came back from closed, as other desks allow."""
        return [s for s in self.of("status") if s.value in UNSOLVED and s.before == "closed"]

    @property
    def is_over(self) -> bool:
        return self.now.status in OVER

    def slices(self) -> Iterator[tuple[str, Step, Step]]:
        """(status, from, to) for each stretch between two changes of status."""
        last = self.opened
        for step in self.of("status"):
            yield step.before, last, step
            last = step


KINDS = {
    "tickets.TicketOpened": "opened",
    "tickets.MessageReceived": "asked",
    "tickets.ReplyWritten": "answered",
    "tickets.ReplyWithdrawn": "",
    "tickets.NoteWritten": "noted",
    "tickets.StatusChanged": "status",
    "tickets.TicketAssigned": "assignee",
    "tickets.TeamChanged": "team",
    "tickets.PriorityChanged": "priority",
    "tickets.TagsChanged": "touched",
    "tickets.SubjectChanged": "touched",
    "tickets.TicketSnoozed": "touched",
    "tickets.TicketSplit": "touched",
    "tickets.TicketAbsorbed": "touched",
    "tickets.TicketMerged": "merged",
    "tickets.MarkedAsSpam": "spam",
    "tickets.RestoredFromSpam": "restored",
    "sla.PolicyApplied": "policy",
    "sla.PromiseKept": "kept",
    "sla.PromiseBroken": "broken",
}
"""The facts that numbers are made of, and what a step of each is called."""

_FIELDS = {
    "status": "status",
    "assignee": "assignee_id",
    "team": "team_id",
    "priority": "priority",
    "policy": "policy_id",
}
_FIRST = ("opened", "asked", "answered")  # of what happens in one moment; the rest as recorded


def history(
    ticket_id: int, entries: Iterable[Any], *, priority: int = 2, policy_id: int | None = None
) -> History | None:
    """The history of a ticket from its entries and those of the tickets it absorbed, as `recall`
    gives them; None when it was never opened. `priority` and `policy_id` are those of now.

    Of absorbed tickets only what people said to each other counts. Replies that were taken back
    never happened.
    """
    told = [e for e in recalling.happened(entries) if _counts(e, ticket_id)]
    opening = next((e for e in told if KINDS[e.kind] == "opened"), None)
    if opening is None:
        return None
    told.sort(key=lambda e: (e.at, _rank(KINDS[e.kind]), e.pk))
    told.remove(opening)
    first = _opened(opening, told, priority, policy_id)
    steps = [first]
    for entry in told:
        steps.append(_after(steps[-1], entry))
    return History(
        ticket_id=ticket_id,
        channel=opening.data["channel"],
        customer_id=opening.data.get("customer_id"),
        is_counted=_is_counted(steps),
        steps=tuple(steps),
    )


def _counts(entry: Any, ticket_id: int) -> bool:
    kind = KINDS.get(entry.kind)
    return bool(kind) and (entry.about_id == ticket_id or kind in ("asked", "answered"))


def _rank(kind: str) -> int:
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST)


def _opened(opening: Any, later: list[Any], priority: int, policy_id: int | None) -> Step:
    """How it stood when it was opened: what was changed later says what it had been before."""
    data = opening.data
    found = Step(
        at=opening.at,
        kind="opened",
        by_kind="system" if data.get("split_from") else opening.actor_kind,
        by_id=opening.actor_id,
        team_id=data["team_id"],
        assignee_id=data["assignee_id"],
        priority=_before("tickets.PriorityChanged", later, priority),
        policy_id=_before("sla.PolicyApplied", later, policy_id),
    )
    return replace(found, value=found.assignee_id)


def _before(kind: str, later: list[Any], otherwise: Any) -> Any:
    return next((e.data["before"] for e in later if e.kind == kind), otherwise)


def _after(last: Step, entry: Any) -> Step:
    kind, data = KINDS[entry.kind], entry.data
    value = data.get("after", data.get("metric"))
    if kind == "asked":
        value = not data.get("is_auto_reply", False)
    changed = {_FIELDS[kind]: value} if kind in _FIELDS else {}
    return replace(
        last,
        at=entry.at,
        kind=kind,
        by_kind=entry.actor_kind,
        by_id=entry.actor_id,
        value=value,
        before=data.get("before"),
        **changed,
    )


def _is_counted(steps: list[Step]) -> bool:
    is_spam = False
    for step in steps:
        if step.kind == "merged":
            return False
        if step.kind in ("spam", "restored"):
            is_spam = step.kind == "spam"
    return not is_spam
