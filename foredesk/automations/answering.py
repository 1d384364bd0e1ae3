"""Answer a customer automatically, in their language, from a text with variables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from foredesk.automations import languages, variables
from foredesk.channels import telling
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.queries import brand_card
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Ticket

PURPOSE = "rule"


def answer(
    ticket: Ticket,
    *,
    texts: Mapping[str, Any],
    by: Actor | Doer,
    at: datetime,
    purpose: str = PURPOSE,
    more: Mapping[str, str] | None = None,
) -> str:
    """Write the version of `texts` for this ticket; returns "" or what held it, as a sentence.

    `more` are further variables. Within a transaction. Raises UnableToChange.
    """
    reader = telling.reader_of(ticket)
    version = languages.of_ticket(texts, ticket, brand_card(ticket.brand_id).language)
    if not version.get("text", "").strip():
        raise UnableToChange("Its text is empty.")
    values = {**variables.values_of(ticket, is_proven=reader.is_proven), **(more or {})}
    subject = " ".join(variables.fill(version.get("subject", ""), values).split())
    if not subject:
        subject = f"Re: {ticket.subject}" if reader.is_proven else "About your request"
    return telling.tell(
        ticket,
        reader,
        text=variables.fill(version["text"], values),
        subject=subject[:200],
        purpose=purpose,
        by=by,
        at=at,
    )
