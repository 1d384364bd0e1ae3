"""What the logbook says of a ticket, as far as clocks care."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from foredesk.tickets import recalling

ORDER = ("opened", "asked", "answered", "snoozed", "woken", "status", "spam", "restored", "gone")
"""Of what happens in one moment, the first goes first: an answer that solves answers first."""


@dataclass(frozen=True)
class Moment:
    """`kind` is one of ORDER. `value` is the status that is now, or by whom it was opened."""

    at: datetime
    kind: str
    value: str = ""


def moments(entries: Iterable[Any], *, ticket_id: int) -> list[Moment]:
    """The moments of a ticket, in order, from its entries and those of the tickets it absorbed.

    Entries have `kind`, `at`, `about_id`, `data`, `actor_kind` and `actor_id`. Of absorbed tickets
    only what customers and agents said to each other counts. Replies that were taken back, and what
    they moved, never happened. Machines neither ask nor answer.
    """
    entries = [entry for entry in entries if entry.kind.startswith("tickets.")]
    found = []
    for entry in recalling.happened(entries):
        moment = _moment(entry, is_own=entry.about_id == ticket_id)
        if moment is not None:
            found.append(moment)
    return sorted(found, key=lambda one: (one.at, ORDER.index(one.kind)))


def _moment(entry: Any, *, is_own: bool) -> Moment | None:
    kind, data, at = entry.kind.removeprefix("tickets."), entry.data, entry.at
    if kind == "MessageReceived":
        return None if data.get("is_auto_reply") else Moment(at, "asked")
    if kind == "ReplyWritten":
        return Moment(at, "answered") if entry.actor_kind == "agent" else None
    if not is_own:
        return None
    if kind == "TicketOpened":
        by = "agent" if entry.actor_kind == "agent" and not data.get("split_from") else "customer"
        return Moment(at, "opened", by)
    if kind == "StatusChanged":
        return Moment(at, "status", data["after"])
    simple = {
        "TicketSnoozed": "snoozed",
        "TicketWoken": "woken",
        "MarkedAsSpam": "spam",
        "RestoredFromSpam": "restored",
        "TicketMerged": "gone",
    }
    return Moment(at, simple[kind]) if kind in simple else None


RELEVANT = tuple(
    f"tickets.{name}"
    for name in (
        "TicketOpened",
        "MessageReceived",
        "ReplyWritten",
        "ReplyWithdrawn",
        "StatusChanged",
        "TicketSnoozed",
        "TicketWoken",
        "MarkedAsSpam",
        "RestoredFromSpam",
        "TicketMerged",
        "TicketAbsorbed",
    )
)
