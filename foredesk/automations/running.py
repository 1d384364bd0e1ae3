"""Run one rule on one ticket: all of its steps or none, and a Run that says why."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import Error as DatabaseError
from django.db import IntegrityError, transaction

from foredesk.automations import stepping
from foredesk.automations.actions.contract import Doing, Impossible
from foredesk.automations.fields import fields_for
from foredesk.automations.models import Run, RunState
from foredesk.automations.rulebook import Active
from foredesk.logbook.actors import Actor
from foredesk.logbook.models import Entry
from foredesk.people.permissions import NotAllowed
from foredesk.tickets.conditions.evaluating import Verdict
from foredesk.tickets.conditions.fields import Field
from foredesk.tickets.conditions.operators import Instant
from foredesk.tickets.conditions.wording import leaf_sentence
from foredesk.tickets.conflicts import Conflict, UnableToChange
from foredesk.tickets.locking import TicketGone
from foredesk.tickets.models import Ticket

log = logging.getLogger(__name__)

REFUSALS = (Impossible, UnableToChange, Conflict, NotAllowed, TicketGone)


def run(
    rule: Active,
    ticket_id: int,
    *,
    because: list[dict[str, str]],
    entry: Entry | None,
    due: str = "",
    at: datetime,
) -> Run | None:
    """Do the steps of `rule`; returns the Run, None when it ran for this cause before or when
    nothing was to do.

    A step that is refused undoes those before it, and the Run says why. Within a transaction.
    Raises database errors, after which the whole is worth another try.
    """
    row = _begin(rule, ticket_id, because=because, entry=entry, due=due, at=at)
    if row is None:
        return None
    actor = Actor("rule", rule.pk, rule.name)
    doing = Doing(
        by=actor.because(entry) if entry else actor,
        at=at,
        of=rule.name,
        rule_id=rule.pk,
        run_id=row.pk,
        entry=entry,
    )
    try:
        with transaction.atomic():
            ticket = Ticket.objects.select_related("requester__organisation").get(pk=ticket_id)
            row.did = stepping.run_all(rule.row.steps, ticket, doing)
    except REFUSALS as why:
        row.state, row.reason = RunState.FAILED, str(why)
    except DatabaseError:
        raise
    except Exception as error:
        log.exception("The rule %s failed on ticket %s", rule.pk, ticket_id)
        row.state, row.reason = RunState.FAILED, f"It failed: {type(error).__name__}: {error}"[:500]
    if entry is not None and row.state == RunState.DONE and not row.did:
        row.delete()  # it fitted, and everything was so already
        return None
    row.save(update_fields=["did", "state", "reason"])
    return row


def stop(
    rule: Active,
    ticket_id: int,
    *,
    reason: str,
    because: list[dict[str, str]],
    entry: Entry,
    at: datetime,
) -> Run | None:
    """Note that the rule fitted and was not allowed to act, and why."""
    row = _begin(rule, ticket_id, because=because, entry=entry, due="", at=at)
    if row is not None:
        row.state, row.reason = RunState.STOPPED, reason
        row.save(update_fields=["state", "reason"])
    return row


def _begin(
    rule: Active,
    ticket_id: int,
    *,
    because: list[dict[str, str]],
    entry: Entry | None,
    due: str,
    at: datetime,
) -> Run | None:
    try:
        with transaction.atomic():
            return Run.objects.create(
                rule_id=rule.pk,
                version=rule.version,
                ticket_id=ticket_id,
                entry_id=entry.pk if entry else 0,
                due=due,
                because=because,
                at=at,
            )
    except IntegrityError:
        return None


def grounds(verdict: Verdict, picture: Any, kind: str) -> list[dict[str, str]]:
    """The conditions that decided, as sentences, each with the value that was found."""
    fields = fields_for(kind)
    return [
        {
            "said": leaf_sentence(leaf, fields=fields),
            "found": found(leaf, picture, fields),
        }
        for leaf in verdict.because
    ]


def found(leaf: Mapping[str, Any], picture: Any, fields: Mapping[str, Field]) -> str:
    """The value of a condition's field on a picture, in words; "nothing" when it is empty."""
    field = fields.get(leaf.get("field", ""))
    if field is None:
        return ""
    value = field.read(picture)
    if value is None or value == "" or value == ():
        return "nothing"
    value = value.at if isinstance(value, Instant) else value
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    labels = dict(field.options()) if field.options else {}
    many = value if isinstance(value, (tuple, list)) else (value,)
    text = ", ".join(labels.get(str(one), str(one)) for one in many)
    text = " ".join(text.split())
    return text if len(text) <= 120 else f"{text[:119]}…"
