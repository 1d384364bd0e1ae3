"""Who gets a ticket: pure, and it says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

USUAL_MOST = {"email": 30, "web": 30, "phone": 2, "chat": 3}
"""How many open tickets of a channel somebody holds at most, where nobody says otherwise."""
ELSE_MOST = 30


@dataclass(frozen=True)
class Candidate:
    """Somebody who is online in the ticket's team. `holds` are their open tickets by channel,
    `most` what they may hold, `had_turn_at` when the desk last gave them one, `agent` their row."""

    id: int
    name: str
    skills: frozenset[str] = frozenset()
    holds: dict[str, int] = field(default_factory=dict, hash=False)
    most: dict[str, int] = field(default_factory=dict, hash=False)
    had_turn_at: datetime | None = None
    agent: Any = field(default=None, compare=False)

    @property
    def load(self) -> int:
        return sum(self.holds.values())

    def limit(self, channel: str) -> int:
        return self.most.get(channel, USUAL_MOST.get(channel, ELSE_MOST))

    def room(self, channel: str) -> int:
        return max(0, self.limit(channel) - self.holds.get(channel, 0))

    def has_room(self, channel: str) -> bool:
        return self.room(channel) > 0

    def with_one_more(self, channel: str, *, at: datetime) -> Candidate:
        """The same person after they got a ticket."""
        holds = {**self.holds, channel: self.holds.get(channel, 0) + 1}
        return replace(self, holds=holds, had_turn_at=at)


@dataclass(frozen=True)
class Waiting:
    """A ticket that waits for somebody. `rank` is its customer's tier, 0 for none of them."""

    id: int
    channel: str
    priority: int
    since: datetime
    needs: frozenset[str] = frozenset()
    rank: int = 0
    due_at: datetime | None = None
    knows: int | None = None
    let_go_by: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Choice:
    """`agent` is None when nobody can take it; `reason` is a sentence either way."""

    agent: Candidate | None
    reason: str


def in_order(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Who goes first: tier, then priority, then what is due first, then who waits longest."""
    far = datetime.max

    def key(one: Waiting):
        due = one.due_at.replace(tzinfo=None) if one.due_at else far
        return (one.rank or 99, -one.priority, due, one.since, one.id)

    return sorted(waiting, key=key)


def choose(
    ticket: Waiting, candidates: Sequence[Candidate], *, way: str, is_sticky: bool
) -> Choice:
    """The one who gets `ticket`, or nobody.

    They are online and have room for its channel and every skill that it needs. Who answered this
    customer last goes first where that is wished; then, by `way`, whoever's turn was longest ago
    ("turns") or whoever holds the smallest share of what they may ("load"); of equals the one whose
    turn was longest ago, then the one who has been here longest. Nobody gets back what they let go.
    """
    if not candidates:
        return Choice(None, "Nobody of the team is online.")
    able = [one for one in candidates if ticket.needs <= one.skills]
    if not able:
        return Choice(None, f"Nobody who is online has the skills: {_listed(ticket.needs)}.")
    free = [one for one in able if one.has_room(ticket.channel) and one.id not in ticket.let_go_by]
    if not free:
        return Choice(None, "Everybody who could take it has as much as they can hold.")
    skilled = f", with {_listed(ticket.needs)}" if ticket.needs else ""
    known = next((one for one in free if one.id == ticket.knows), None)
    if is_sticky and known is not None:
        return Choice(known, f"{known.name} answered this customer last{skilled}.")
    if way == "load":
        best = min(free, key=lambda one: (_share(one, ticket.channel), *_turn(one)))
        held, most = best.holds.get(ticket.channel, 0), best.limit(ticket.channel)
        return Choice(best, f"{best.name} holds the least: {held} of {most}{skilled}.")
    best = min(free, key=_turn)
    return Choice(best, f"It is the turn of {best.name}{skilled}.")


def _share(one: Candidate, channel: str) -> float:
    return one.holds.get(channel, 0) / max(1, one.limit(channel))


def _turn(one: Candidate) -> tuple[float, int]:
    return (one.had_turn_at.timestamp() if one.had_turn_at else 0.0, one.id)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
