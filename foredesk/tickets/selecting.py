"""A ticket with its requester, in one row: the statement, and the ticket made of the row.

`select_related` does the same and builds its SQL each time. Agents and teams are not among it:
their names are in memory (people.queries), and who needs more of them asks the ticket.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from foredesk.people.models import Agent, Customer, Organisation
from foredesk.tickets import statements
from foredesk.tickets.models import Ticket
from foredesk.tickets.visibility import visible_to

NUMBER = statements.STAND_INS[0]
"""What stands in the statement for the ticket's number."""
_WITH: tuple[tuple[str, type[Model]], ...] = (
    ("", Ticket),
    ("requester__", Customer),
    ("requester__organisation__", Organisation),
)
COLUMNS = tuple(
    f"{path}{field.attname}" for path, model in _WITH for field in model._meta.concrete_fields
)


def statement(viewer: Agent) -> statements.Statement:
    """The ticket NUMBER as far as `viewer` may see it; its columns are COLUMNS."""
    query = visible_to(viewer).filter(pk=NUMBER).values_list(*COLUMNS).query
    return (*query.sql_with_params(), COLUMNS)


def ticket_of(row: Sequence[Any]) -> Ticket:
    """The ticket of a row that begins with COLUMNS, as `select_related` would make it."""
    made: list[Any] = []
    start = 0
    for _, model in _WITH:
        fields = model._meta.concrete_fields
        values = row[start : start + len(fields)]
        start += len(fields)
        names = [field.attname for field in fields]
        made.append(model.from_db("default", names, values) if values[0] is not None else None)
    ticket, requester, organisation = made
    ticket.due = json.loads(ticket.due) if ticket.due else None
    requester._state.fields_cache["organisation"] = organisation
    ticket._state.fields_cache["requester"] = requester
    return ticket
