"""Rows written by statements that are built once: the ORM builds each INSERT anew, which costs more
than running it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Any

from django.db import connection, models
from django.db.models import Model


@cache
def columns(model: type[Model]) -> tuple[str, ...]:
    """The columns of a model's table, without its number."""
    fields = model._meta.concrete_fields
    return tuple(field.column for field in fields if not field.primary_key)


@cache
def names(model: type[Model], *, but: str = "") -> str:
    """The columns as SQL, except one that the statement finds itself."""
    return ", ".join(f'"{name}"' for name in columns(model) if name != but)


@cache
def marks(model: type[Model], *, but: str = "") -> str:
    """As many placeholders."""
    return ", ".join("%s" for name in columns(model) if name != but)


def values(row: Model, *, but: str = "") -> list[Any]:
    """What the row holds, as the database takes it, in the order of `columns`."""
    given, prepared = vars(row), []
    for name, field, is_plain in _fields(type(row), but):
        value = given[name]
        kind = type(value)
        if not (is_plain and (kind in _PLAIN or (kind is datetime and value.tzinfo is not None))):
            value = field.get_db_prep_save(value, connection)
        prepared.append(value)
    return prepared


_PLAIN = frozenset({str, int, bool, NoneType})
"""What psycopg writes as it is; enumerations, arrays, JSON and times without a zone are asked of
their field."""
_PLAIN_FIELDS = (
    models.TextField,
    models.CharField,
    models.IntegerField,
    models.BooleanField,
    models.DateTimeField,
    models.ForeignKey,
)


@cache
def _fields(model: type[Model], but: str) -> tuple[tuple[str, Any, bool], ...]:
    """Name, field, and whether its plain values need no asking."""
    return tuple(
        (field.attname, field, isinstance(field, _PLAIN_FIELDS))
        for field in model._meta.concrete_fields
        if not field.primary_key and field.column != but
    )


def insert(row: Model) -> None:
    """Write a new row and give it its number. Sends no signals; raises IntegrityError."""
    model = type(row)
    written(
        row,
        f'insert into "{model._meta.db_table}" ({names(model)}) '  # noqa: S608  (our own names)
        f"values ({marks(model)}) returning id",
        values(row),
    )


MOST_VALUES = 65_000  # in one statement: the protocol counts them with 16 bits


def insert_all(rows: Sequence[Model]) -> None:
    """The same for rows of one kind, by as few statements as can be."""
    if not rows:
        return
    model = type(rows[0])
    at_once, each = MOST_VALUES // len(columns(model)), f"({marks(model)})"
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        with connection.cursor() as cursor:
            cursor.execute(
                f'insert into "{model._meta.db_table}" ({names(model)}) '  # noqa: S608  (our own names)
                f"values {', '.join([each] * len(some))} returning id",
                [value for row in some for value in values(row)],
            )
            numbers = cursor.fetchall()
        for row, (number,) in zip(some, numbers, strict=True):
            row.pk = number
            row._state.adding, row._state.db = False, connection.alias


def written(row: Model, sql: str, parameters: list[Any]) -> bool:
    """Run a statement that returns the number of the row that it wrote; whether it wrote one."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found = cursor.fetchone()
    if found is None:
        return False
    row.pk = found[0]
    row._state.adding, row._state.db = False, connection.alias
    return True
