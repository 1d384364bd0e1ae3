"""Copy rows into their tables in one go (COPY), and move the tables' counters behind them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql

from foredesk.plumbing import copying


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
    """Write rows that already have their ids, and move the table's counter behind them."""
    if not rows:
        return
    copying.copy(table, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "select setval(pg_get_serial_sequence(%s, 'id'), %s)",
            [table._meta.db_table, rows[-1].id],
        )
