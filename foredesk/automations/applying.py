"""Apply a macro: its steps at once, as the agent; its text into their composer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from foredesk.automations import languages, stepping, variables
from foredesk.automations.actions.contract import Doing, Impossible
from foredesk.automations.events import MacroApplied
from foredesk.automations.models import Macro
from foredesk.logbook import recording
from foredesk.people.models import Agent
from foredesk.people.permissions import NotAllowed, can_reply
from foredesk.people.queries import workspace
from foredesk.tickets import writing
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Ticket


@dataclass(frozen=True)
class Applied:
    """`html` goes into the composer, escaped; `then` is how to leave the ticket on sending."""

    html: str
    then: str
    did: tuple[str, ...]


def apply(macro: Macro, ticket: Ticket, *, by: Agent, at: datetime) -> Applied:
    """All steps or none; counts the use. Records MacroApplied and what the steps do.

    Raises NotAllowed, UnableToChange.
    """
    if not can_reply(by):
        raise NotAllowed("Light agents write notes. Ask an agent to apply a macro.")
    with transaction.atomic():
        fact = MacroApplied(ticket_id=ticket.pk, macro_id=macro.pk, name=macro.name)
        entry = recording.record(fact, by=by, at=at)
        doing = Doing(by=by, at=at, of=macro.name, entry=entry)
        try:
            did = stepping.run_all(macro.steps, ticket, doing)
        except Impossible as why:
            raise UnableToChange(str(why)) from None
        Macro.objects.filter(pk=macro.pk).update(uses=F("uses") + 1, used_at=at)
    return Applied(html_of(macro, ticket, by=by), macro.then, tuple(did))


def html_of(macro: Macro, ticket: Ticket, *, by: Agent) -> str:
    """The macro's text for this ticket and this writer, as escaped HTML; "" without a text."""
    version = languages.of_ticket(macro.texts, ticket, workspace().language)
    if not version:
        return ""
    own = {"agent.name": by.name, "agent.first_name": variables.first_name(by.name)}
    values = {**variables.values_of(ticket), **own}
    return writing.paragraphs(variables.fill(version["text"], values))
