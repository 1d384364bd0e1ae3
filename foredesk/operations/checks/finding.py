"""What a check says."""

from dataclasses import dataclass

STATES = ("ok", "warn", "bad", "off")
"""All is well; soon not; not; not in use."""


@dataclass(frozen=True)
class Finding:
    """One sentence about one thing. `advice` takes the place of the check's own; `subject` says
    which of several things is meant."""

    state: str
    text: str
    advice: str = ""
    subject: str = ""
    about_id: int | None = None


def worst(states: list[str]) -> str:
    """The state that speaks for many: bad before warn before ok; off when all are."""
    for state in ("bad", "warn", "ok"):
        if state in states:
            return state
    return "off"
