"""Copy rows into their tables in one go (COPY), and move the tables' counters behind them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import JSONField, Model
from psycopg import sql

from foredesk.logbook.models import TransactionId


def lock(tables: Iterable[type[Model]]) -> None:
    """Keep others from writing to `tables` until the transaction ends: ids stay in order."""
    names = sql.SQL(", ").join(sql.Identifier(table._meta.db_table) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("lock table {} in share row exclusive mode").format(names))


def first_id(table: type[Model]) -> int:
    """The id that the next row of `table` would get; call while the table is locked."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id'))", [table._meta.db_table])
        return cursor.fetchone()[0]


def copy(table: type[Model], rows: list[Any]) -> None:
    """Write rows that already have their ids."""
    if not rows:
        return
    fields = [
        field for field in table._meta.concrete_fields if not isinstance(field, TransactionId)
    ]
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table._meta.db_table), columns
    )
    names = [field.attname for field in fields]
    as_json = {i for i, field in enumerate(fields) if isinstance(field, JSONField)}
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copying:
            for row in rows:
                values = [getattr(row, name) for name in names]
                for i in as_json:
                    if values[i] is not None:
                        values[i] = json.dumps(values[i])
                copying.write_row(values)
        cursor.execute(
            "select setval(pg_get_serial_sequence(%s, 'id'), %s)",
            [table._meta.db_table, rows[-1].id],
        )
