"""Take out the rows behind a number. Whoever may see their tickets may do so, and the logbook
knows."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from foredesk.analytics import narrowing
from foredesk.analytics.events import NumbersExported
from foredesk.analytics.questions import Question
from foredesk.logbook import recording
from foredesk.people.models import Agent

CHUNK = 1000  # rows of one statement
COLUMNS = (
    "ticket", "what", "detail", "at", "made_at", "value", "open_value", "channel", "team", "agent",
    "customer", "priority",
)  # fmt: skip


@dataclass(frozen=True)
class Export:
    """How many rows there are, and the rows, read while they are taken."""

    count: int
    rows: Iterator[dict[str, Any]]


def export_rows(question: Question, *, by: Agent, at: datetime) -> Export:
    """What a figure is made of, as `by` sees it, oldest first; values in seconds.

    The rows are those of now: each comes once, whatever is counted meanwhile; one that went, or
    whose ticket `by` may not see any more when it is read, is left out. Records NumbersExported.
    Raises Refused.
    """
    question = replace(question, viewer=by)
    where, values = narrowing.behind(question)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select t.id from analytics_tally t where {where} order by t.at, t.id",  # noqa: S608
            values,
        )
        numbers = array("q")
        while some := cursor.fetchmany(10_000):
            numbers.extend(row[0] for row in some)
    with transaction.atomic():
        fact = NumbersExported(
            measure=question.measure,
            since=question.since.isoformat(),
            until=question.until.isoformat(),
            rows=len(numbers),
        )
        recording.record(fact, by=by, at=at)
    return Export(len(numbers), _rows(where, values, numbers))


def _rows(where: str, values: list[Any], numbers: array[int]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK].tolist()
        with connection.cursor() as cursor:
            cursor.execute(
                f"""select t.ticket_id, t.what, t.detail, t.at, t.made_at, t.value, t.open_value,
                      t.channel, coalesce(e.name, ''), coalesce(a.name, ''), coalesce(c.name, ''),
                      t.priority
                    from analytics_tally t
                    left join people_team e on e.id = t.team_id
                    left join people_agent a on a.id = t.agent_id
                    left join people_customer c on c.id = t.customer_id
                    where {where} and t.id = any(%s) order by t.at, t.id""",  # noqa: S608
                [*values, chunk],
            )
            found = cursor.fetchall()
        yield from (dict(zip(COLUMNS, row, strict=True)) for row in found)
