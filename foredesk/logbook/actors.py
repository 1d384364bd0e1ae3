"""Who did it: a customer, an agent, a bot, a rule or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from foredesk.logbook.models import Entry

KINDS = ("customer", "agent", "bot", "rule", "system")


@dataclass(frozen=True)
class Actor:
    """The doer of a fact; `cause` is the entry that made a rule, bot or listener act."""

    kind: str
    id: int | None = None
    name: str = ""
    cause: Entry | None = None

    def because(self, entry: Entry) -> Actor:
        """The same actor, acting as a consequence of `entry`."""
        return replace(self, cause=entry)


class Doer(Protocol):
    """Anything that can say as which actor it acts: Agent and Customer do."""

    def as_actor(self) -> Actor: ...


SYSTEM = Actor("system", None, "Foredesk")


def actor_of(by: Actor | Doer) -> Actor:
    """The actor behind `by`."""
    return by if isinstance(by, Actor) else by.as_actor()
