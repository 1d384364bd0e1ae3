"""Many rows changed by one statement that is built once: the ORM writes a CASE for every value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model


def update_all(rows: Sequence[Model], names: tuple[str, ...]) -> None:
    """Write the fields `names` of rows of one kind as they stand now. Sends no signals."""
    if not rows:
        return
    one, many, fields = _statements(type(rows[0]), names)
    columns = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows]
        for field in fields
    ]
    columns.append([row.pk for row in rows])
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(one, [value for [value] in columns])
        else:
            cursor.execute(many, columns)


@cache
def _statements(model: type[Model], names: tuple[str, ...]) -> tuple[str, str, tuple[Any, ...]]:
    """The statement for one row, the one for many, and their fields. One is written by itself,
    since the plan of a list is made anew for every one: see `plumbing.prepared`."""
    known = {field.name: field for field in model._meta.concrete_fields}
    fields = tuple(known[name] for name in names)
    table, pk = model._meta.db_table, model._meta.pk.column
    columns = [f'"{field.column}"' for field in fields]
    every = (*fields, model._meta.pk)
    types = ", ".join(f"%s::{_type(field)}[]" for field in every)
    called = ", ".join((*columns, f'"{pk}"'))
    one = ", ".join(f"{column} = %s" for column in columns)
    many = ", ".join(f"{column} = new.{column}" for column in columns)
    return (
        f'update "{table}" set {one} where "{pk}" = %s',  # noqa: S608  (our own names)
        f'update "{table}" old set {many}'  # noqa: S608  (our own names)
        f' from unnest({types}) as new({called}) where old."{pk}" = new."{pk}"',
        fields,
    )


def _type(field: Any) -> str:
    """The type without what it does by itself: a key that counts on is a plain number."""
    return field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
