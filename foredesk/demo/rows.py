"""The rows that the script fills, with ids given in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from django.db.models import Model

from foredesk.logbook.actors import SYSTEM, Actor
from foredesk.logbook.facts import Fact
from foredesk.logbook.models import Entry
from foredesk.people.models import Customer, Identity
from foredesk.tickets.models import Attachment, Message, Participant, Seen, Ticket

TABLES = (Customer, Identity, Ticket, Participant, Message, Attachment, Seen, Entry)
"""In the order in which they can be filled."""

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class Rows:
    """New rows by table; `first_ids` says with which id each table begins."""

    def __init__(self, *, first_ids: dict[type[Model], int], rng: Random) -> None:
        self.of: dict[type[Model], list[Any]] = {table: [] for table in TABLES}
        self._next = dict(first_ids)
        self._rng = rng

    def add(self, table: type[Model], **values: Any) -> Any:
        """A new row of `table`, with its id and, where it has one, a public id."""
        if hasattr(table, "public_id"):
            values["public_id"] = "".join(self._rng.choices(_ALPHABET, k=20))
        row = table(id=self._next[table], **values)
        self._next[table] += 1
        self.of[table].append(row)
        return row

    def record(self, fact: Fact, *, by: Actor, at: datetime) -> None:
        """The entry that logbook.recording would store."""
        self.add(
            Entry,
            kind=fact.kind(),
            about_kind=fact.about,
            about_id=fact.about_id(),
            data=dict(vars(fact)),
            actor_kind=by.kind,
            actor_id=by.id,
            actor_name=by.name,
            at=at,
        )

    def filled(self) -> Iterator[tuple[type[Model], list[Any]]]:
        """Tables and their new rows, referenced ones first."""
        for table in TABLES:
            yield table, self.of[table]


__all__ = ["SYSTEM", "TABLES", "Rows"]
