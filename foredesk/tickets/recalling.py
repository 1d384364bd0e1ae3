"""What the logbook says of tickets, and of those whose messages they took over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from foredesk.logbook import queries as logbook


def recall(ids: Sequence[int], *, kinds: tuple[str, ...]) -> dict[int, list[Any]]:
    """The entries of each ticket by number, oldest first, those of the tickets that it absorbed
    with them (their `about_id` is their own).

    `kinds` must hold tickets.TicketAbsorbed. Entries have kind, about_id, data, actor_kind,
    actor_id and at.
    """
    entries: dict[int, list[Any]] = defaultdict(list)
    for entry in logbook.facts_about("ticket", list(ids), kinds=kinds):
        entries[entry.about_id or 0].append(entry)
    inside = {pk: _absorbed(entries[pk]) for pk in ids}
    while missing := [pk for group in inside.values() for pk in group if pk not in entries]:
        for pk in missing:
            entries[pk] = []
        for entry in logbook.facts_about("ticket", missing, kinds=kinds):
            entries[entry.about_id or 0].append(entry)
        for group in inside.values():
            group.extend(pk for one in [*group] for pk in _absorbed(entries[one]))
    return {
        pk: [entry for one in dict.fromkeys([pk, *inside[pk]]) for entry in entries[one]]
        for pk in ids
    }


def _absorbed(entries: list[Any]) -> list[int]:
    return [entry.data["other"] for entry in entries if entry.kind == "tickets.TicketAbsorbed"]


def happened(entries: Iterable[Any]) -> list[Any]:
    """The entries without replies that were taken back, and without what these had moved."""
    entries = list(entries)
    back = {e.data["message_id"]: e for e in entries if e.kind == "tickets.ReplyWithdrawn"}
    if not back:
        return entries
    doings = [*back.values()]
    doings += [
        e for e in entries if e.kind == "tickets.ReplyWritten" and e.data["message_id"] in back
    ]
    never = {_doing(entry) for entry in doings}
    return [entry for entry in entries if _doing(entry) not in never]


def _doing(entry: Any) -> tuple[str, Any, datetime]:
    """Who and when: all facts of one doing share both."""
    return entry.actor_kind, entry.actor_id, entry.at
