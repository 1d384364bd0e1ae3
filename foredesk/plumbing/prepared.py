"""Questions about rows by their numbers that the ORM writes once: building the SQL anew each time
costs more than running it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

_NUMBERS = object()
Build = Callable[..., QuerySet[Any]]


class _Question(NamedTuple):
    sql: str
    params: tuple[Any, ...]
    model: type[Model]
    names: tuple[str, ...]
    converted: tuple[tuple[int, Any], ...]
    is_of_one: bool


def tuples(build: Build, numbers: Iterable[int], *given: Any) -> list[tuple[Any, ...]]:
    """The rows that `build(numbers, *given)` asks for by `values_list`, as the database gives them:
    JSON is text.

    What `build` gets for `numbers` goes where a list of them would: `pk__in=numbers`. What else it
    is given must be hashable and is written into the question.
    """
    known = list(numbers)
    return _ask(_written(build, given, len(known) == 1), known)


def rows(build: Build, numbers: Iterable[int], *given: Any) -> list[Any]:
    """The same as rows of their model; after a `values_list` with only the named fields."""
    known = list(numbers)
    question = _written(build, given, len(known) == 1)
    made = []
    for row in _ask(question, known):
        values = [*row]
        for at, convert in question.converted:
            values[at] = convert(values[at], None, connection)
        made.append(question.model.from_db(connection.alias, question.names, values))
    return made


def _ask(question: _Question, known: list[int]) -> list[tuple[Any, ...]]:
    numbers = known[0] if question.is_of_one else known
    with connection.cursor() as cursor:
        cursor.execute(question.sql, [numbers if p is _NUMBERS else p for p in question.params])
        return cursor.fetchall()


@cache
def _written(build: Build, given: tuple[Any, ...], is_of_one: bool) -> _Question:
    """One number is asked for by itself: of a list PostgreSQL expects ten rows, and plans anew each
    time that it is given less, which costs more than the question."""
    if is_of_one:
        numbers = RawSQL("select %s::bigint", [_NUMBERS])
    else:
        numbers = RawSQL("select unnest(%s::bigint[])", [_NUMBERS])
    found: Any = build(numbers, *given)
    if found._fields is None:
        found = found.values_list(*(field.attname for field in found.model._meta.concrete_fields))
    names = tuple(str(name) for name in found._fields)
    fields = {field.attname: field for field in found.model._meta.concrete_fields}
    converters = [
        (at, getattr(fields.get(name), "from_db_value", None)) for at, name in enumerate(names)
    ]
    converted = tuple((at, convert) for at, convert in converters if convert is not None)
    sql, params = found.query.sql_with_params()
    return _Question(sql, params, found.model, names, converted, is_of_one)
