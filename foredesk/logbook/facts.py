"""Facts: what happened, in the past tense, with ids and plain values only."""

from __future__ import annotations

from dataclasses import dataclass, fields
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


def _walk(cls: type[Fact]) -> dict[str, type[Fact]]:
    found = {}
    for sub in cls.__subclasses__():
        found[sub.kind()] = sub
        found.update(_walk(sub))
    return found


def fact_from(kind: str, data: dict[str, Any]) -> Fact:
    """The fact that was stored; fields that newer code added keep their defaults.

    Raises LookupError when no room knows the kind any more.
    """
    try:
        cls = _walk(Fact)[kind]
    except KeyError:
        raise LookupError(f"No room knows the fact {kind}.") from None
    known = {field.name for field in fields(cls)}
    return cls(**{name: value for name, value in data.items() if name in known})
