"""The rows that the script fills, with ids given in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from random import Random
from types import SimpleNamespace
from typing import Any

from django.db.models import Model
from django.db.models.fields import NOT_PROVIDED

from foredesk.channels.models import Dispatch
from foredesk.logbook.actors import Actor
from foredesk.logbook.facts import Fact
from foredesk.logbook.models import Entry
from foredesk.people.models import Customer, Identity
from foredesk.tickets.models import Attachment, Message, Participant, Seen, Ticket

TABLES = (
    Customer,
    Identity,
    Ticket,
    Participant,
    Message,
    Attachment,
    Dispatch,
    Seen,
    Entry,
)
"""In the order in which they can be filled."""

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"

Row = SimpleNamespace
"""A row with its columns as attributes; making a model's instance would cost five times as much."""


class Rows:
    """New rows by table; `first_ids` says with which id each table begins."""

    def __init__(self, *, first_ids: Mapping[type[Model], int], rng: Random) -> None:
        self.of: dict[type[Model], list[Row]] = {table: [] for table in TABLES}
        self._next = dict(first_ids)
        self._rng = rng
        self._plain: dict[type[Model], dict[str, Any]] = {}
        self._made: dict[type[Model], list[tuple[str, Callable[[], Any]]]] = {}
        for table in TABLES:
            self._learn_defaults(table)

    def add(self, table: type[Model], **values: Any) -> Row:
        """A new row of `table` with its defaults, its id and, where it has one, a public id."""
        row = Row(**self._plain[table])
        for name, make in self._made[table]:
            setattr(row, name, make())
        row.__dict__.update(values)
        row.id = self._next[table]
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
            data=vars(fact),
            actor_kind=by.kind,
            actor_id=by.id,
            actor_name=by.name,
            at=at,
        )

    def filled(self) -> Iterator[tuple[type[Model], list[Row]]]:
        """Tables and their new rows, referenced ones first."""
        for table in TABLES:
            yield table, self.of[table]

    def _learn_defaults(self, table: type[Model]) -> None:
        plain: dict[str, Any] = {}
        made: list[tuple[str, Callable[[], Any]]] = []
        for field in table._meta.concrete_fields:
            if field.attname == "public_id":
                made.append(("public_id", self._public_id))
            elif callable(field.default) and field.default is not NOT_PROVIDED:
                made.append((field.attname, field.default))
            else:
                plain[field.attname] = field.get_default()
        self._plain[table], self._made[table] = plain, made

    def _public_id(self) -> str:
        return "".join(self._rng.choices(_ALPHABET, k=20))
