"""The course of one ticket, as far as numbers care: what happened, and how it stood then. Pure.

Everything is read from the logbook, so a history worked out anew is the same history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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

    `is_counted`: neither spam, nor merged into another, nor old mail that a mailbox brought.
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
    def returns(self) -> list[Step]:
        """Each time it came back, from solved or, as other desks allow, from closed."""
        return [s for s in self.of("status") if s.value in UNSOLVED and s.before in OVER]

    @property
    def is_over(self) -> bool:
        return self.now.status in OVER

    @property
    def surveys(self) -> list[tuple[Step, Step | None]]:
        """(asked, the last answer) of each survey whose mail did not come back."""
        asked = list(self.of("surveyed"))
        lost: dict[Any, bool] = {}
        for step in self.of("undelivered", "redelivered"):
            lost[step.value] = step.kind == "undelivered"
        said = {step.value[0]: step for step in self.of("rated")}
        return [
            (step, said.get(step.value))
            for step in asked
            if step.value in said or not lost.get(step.before)
        ]

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
    "tickets.TicketWorkedOn": "worked",
    "tickets.TicketMerged": "merged",
    "tickets.MarkedAsSpam": "spam",
    "tickets.RestoredFromSpam": "restored",
    "tickets.ReplyFailed": "undelivered",
    "tickets.ReplyKept": "undelivered",
    "tickets.ReplyBounced": "undelivered",
    "tickets.ReplyRequeued": "redelivered",
    "surveys.SurveySent": "surveyed",
    "surveys.SurveyAnswered": "rated",
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
}
_FIRST = ("opened", "asked", "answered")  # of what happens in one moment; the rest as recorded
_AT_ONCE = timedelta(minutes=1)  # a promise that came so soon was there from the beginning


def history(
    ticket_id: int,
    entries: Iterable[Any],
    *,
    priority: int = 2,
    policy_id: int | None = None,
    since: datetime | None = None,
) -> History | None:
    """The history of a ticket from its entries and those of the tickets it absorbed, as `recall`
    gives them; None when it was never opened. `priority` is that of now, `policy_id` the promise
    that it is under now, `since` when it came under it.

    Of absorbed tickets only what people said to each other counts, from when this one was opened.
    Replies that were taken back never happened.
    """
    told = _told(ticket_id, list(entries))
    opening = next((e for e in told if KINDS[e.kind] == "opened"), None)
    if opening is None:
        return None
    told.remove(opening)
    first = Step(
        at=opening.at,
        kind="opened",
        by_kind="system" if opening.data.get("split_from") else opening.actor_kind,
        by_id=opening.actor_id,
        value=opening.data["assignee_id"],
        team_id=opening.data["team_id"],
        assignee_id=opening.data["assignee_id"],
        priority=next((e.data["before"] for e in told if KINDS[e.kind] == "priority"), priority),
    )
    promises = _promises(first.at, told, policy_id, since)
    steps = [replace(first, policy_id=_held(promises, first.at))]
    for at, entry in _in_order(first.at, told):
        steps.append(_after(steps[-1], at, entry, _held(promises, at)))
    return History(
        ticket_id=ticket_id,
        channel=_channel(opening, told),
        customer_id=opening.data.get("customer_id"),
        is_counted=not opening.data.get("is_old", False) and _is_counted(steps),
        steps=tuple(steps),
    )


def _told(ticket_id: int, entries: list[Any]) -> list[Any]:
    """What counts, as it was recorded: without promises that were kept by what was taken back, and
    each promise once."""
    happened = recalling.happened(entries)
    stayed = {e.pk for e in happened}
    back = {e.at for e in entries if e.pk not in stayed}
    found: list[Any] = []
    promised: dict[Any, Any] = {}
    for entry in sorted(happened, key=lambda e: e.pk):
        kind = KINDS.get(entry.kind)
        if not kind or (entry.about_id != ticket_id and kind not in ("asked", "answered")):
            continue
        if kind in ("kept", "broken"):
            if kind == "broken" or entry.at not in back:
                _promise(entry, kind, promised)
            continue
        found.append(entry)
    return found + list(promised.values())


def _promise(entry: Any, kind: str, promised: dict[Any, Any]) -> None:
    """A promise that was once broken stays broken, at that moment; else its last end counts."""
    key = entry.data.get("clock_id") or (entry.data.get("metric"), entry.at)
    known = promised.get(key)
    if known is None or KINDS[known.kind] != "broken":
        promised[key] = entry


def _in_order(opened_at: datetime, told: list[Any]) -> list[tuple[datetime, Any]]:
    """What happened by time. What was set can't have been set before what it replaced: a mail that
    came late opens a ticket again when it was solved, not when the mail was written."""
    last = dict.fromkeys(_FIELDS, opened_at)
    found = []
    for entry in told:
        kind, at = KINDS[entry.kind], entry.at
        if kind in last:
            at = last[kind] = max(at, last[kind])
        elif at < opened_at:
            continue
        found.append((at, entry))
    found.sort(key=lambda one: (one[0], _rank(KINDS[one[1].kind]), one[1].pk))
    return found


def _rank(kind: str) -> int:
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST)


def _channel(opening: Any, told: list[Any]) -> str:
    """Where it came from: what an agent wrote down came by phone though it is answered by mail."""
    said = (e for e in told if KINDS[e.kind] == "asked" and e.data.get("is_first"))
    first = next(said, None)
    own = first is not None and first.about_id == opening.about_id and first.at == opening.at
    return first.data["channel"] if first is not None and own else opening.data["channel"]


def _promises(
    opened_at: datetime, told: list[Any], policy_id: int | None, since: datetime | None
) -> list[tuple[datetime, int | None]]:
    """Under which policy it was since when, latest first."""
    moves = [e for e in told if KINDS[e.kind] == "policy"]
    if moves:
        policy_id, began = moves[0].data["before"], moves[0].data.get("since")
        since = datetime.fromisoformat(began) if began else None
    if since is None or since - opened_at <= _AT_ONCE:
        since = opened_at
    found = [(since, policy_id), *((e.at, e.data["after"]) for e in moves)]
    return found[::-1]


def _held(promises: list[tuple[datetime, int | None]], at: datetime) -> int | None:
    return next((policy for since, policy in promises if since <= at), None)


def _after(last: Step, at: datetime, entry: Any, policy_id: int | None) -> Step:
    """How it stood after this; what stood before is what really did, not what was taken back."""
    kind, data = KINDS[entry.kind], entry.data
    value, before, changed = data.get("after", data.get("metric")), None, {}
    if kind == "asked":
        value = not data.get("is_auto_reply", False)
    elif kind == "worked":
        value = data["seconds"]
    elif kind in ("undelivered", "redelivered"):
        value = data["message_id"]
    elif kind == "surveyed":
        value, before = data["survey_id"], data["message_id"]
    elif kind == "rated":
        value, before = (data["survey_id"], data["rating"]), data["before_rating"]
    elif kind in _FIELDS:
        before, changed = getattr(last, _FIELDS[kind]), {_FIELDS[kind]: value}
        kind = kind if before != value else "touched"
    return replace(
        last,
        at=at,
        kind=kind,
        by_kind=entry.actor_kind,
        by_id=entry.actor_id,
        value=value,
        before=before,
        policy_id=policy_id,
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
