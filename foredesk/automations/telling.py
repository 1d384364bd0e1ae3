"""Tell people of a ticket: under their bell at once, and by mail as soon as one goes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from foredesk.channels import tasks
from foredesk.notices import notifying
from foredesk.people.models import Agent
from foredesk.tickets.models import Ticket


def tell(
    ticket: Ticket,
    people: Sequence[Agent],
    *,
    kind: str,
    about: int,
    said: str,
    of: str,
    at: datetime,
) -> None:
    """Tell each of `people`, once for each `kind` ("rule", "promise") and `about`.

    `said` is the sentence under the bell, `of` what the mail says it by: the rule's name, or the
    sentence about a promise. What of both a person gets, their own switches and the ticket's
    visibility decide.
    """
    for agent in people:
        tasks.notify.defer(ticket_id=ticket.pk, agent_id=agent.pk, why=kind, about=about, said=of)
    notifying.notify([one.pk for one in people], ticket, kind=kind, about=about, said=said, at=at)
