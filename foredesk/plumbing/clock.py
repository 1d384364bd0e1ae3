"""The one clock. Abilities take the time as an argument; faces and tasks ask here."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, with UTC as its zone."""
    return datetime.now(UTC)
