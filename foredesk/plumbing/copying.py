"""Many rows at once: their ids are taken beforehand, and COPY writes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model
from django.db.models.fields import NOT_PROVIDED
from psycopg import sql


def take_ids(table: type[Model], count: int) -> list[int]:
    """Ids that nobody else gets, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
            [table._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def copy(table: type[Model], rows: Sequence[Any]) -> None:
    """Write rows that already have their ids. Sends no signals; raises IntegrityError."""
    if not rows:
        return
    fields = _fields(table)
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table._meta.db_table), columns
    )
    names = [field.attname for field in fields]
    as_json = [i for i, field in enumerate(fields) if isinstance(field, JSONField)]
    with connection.cursor() as cursor, cursor.copy(statement) as copying:
        for row in rows:
            values = [getattr(row, name) for name in names]
            for i in as_json:
                if values[i] is not None:
                    values[i] = json.dumps(values[i])
            copying.write_row(values)


@cache
def _fields(table: type[Model]) -> tuple[Field[Any, Any], ...]:
    """All columns but those that the database alone fills in."""
    return tuple(
        field
        for field in table._meta.concrete_fields
        if field.editable or field.db_default is NOT_PROVIDED
    )
