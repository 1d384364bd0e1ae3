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
    sql, fields = _statement(type(rows[0]), names)
    columns: list[list[Any]] = [[row.pk for row in rows]]
    for field in fields:
        columns.append(
            [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows]
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, columns)


@cache
def _statement(model: type[Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    known = {field.name: field for field in model._meta.concrete_fields}
    fields = tuple(known[name] for name in names)
    set_ = ", ".join(f'"{field.column}" = new."{field.column}"' for field in fields)
    every = (model._meta.pk, *fields)
    types = ", ".join(f"%s::{_type(field)}[]" for field in every)
    called = ", ".join(f'"{field.column}"' for field in every)
    pk = model._meta.pk.column
    return (
        f'update "{model._meta.db_table}" old set {set_}'  # noqa: S608  (our own names)
        f' from unnest({types}) as new({called}) where old."{pk}" = new."{pk}"',
        fields,
    )


def _type(field: Any) -> str:
    """The type without what it does by itself: a key that counts on is a plain number."""
    return field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
