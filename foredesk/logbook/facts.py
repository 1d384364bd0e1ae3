"""Facts: what happened, in the past tense, with ids and plain values only."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar


@dataclass(frozen=True)
class Fact:
    """Base of all facts. `about` names the noun whose timeline the fact belongs to.

    A subclass with `about = "ticket"` has a field `ticket_id`. `topics()` says which live screens
    it concerns.
    """

    about: ClassVar[str] = ""

    def about_id(self) -> int | None:
        return getattr(self, f"{self.about}_id") if self.about else None

    def topics(self) -> tuple[str, ...]:
        return ()

    def data(self) -> dict[str, Any]:
        return dict(vars(self))

    @classmethod
    def kind(cls) -> str:
        """`room.FactName`, stable over time: it is what the stored entries say."""
        return f"{cls.__module__.split('.')[1]}.{cls.__name__}"


def fact_from(kind: str, data: dict[str, Any]) -> Fact:
    """The fact that was stored; fields that newer code added keep their defaults.

    Raises LookupError when no room knows the kind any more.
    """
    cls, names = _known_as(kind)
    return cls(**{name: value for name, value in data.items() if name in names})


@cache
def _known_as(kind: str) -> tuple[type[Fact], frozenset[str]]:
    """The class of a kind and the names of its fields."""
    try:
        cls = _walk(Fact)[kind]
    except KeyError:
        raise LookupError(f"No room knows the fact {kind}.") from None
    return cls, frozenset(field.name for field in fields(cls))


def _walk(cls: type[Fact]) -> dict[str, type[Fact]]:
    found = {}
    for sub in cls.__subclasses__():
        found[sub.kind()] = sub
        found.update(_walk(sub))
    return found
