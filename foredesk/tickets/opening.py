"""Open a ticket: for a message that starts one, or by an agent on a customer's behalf."""

from datetime import datetime
from typing import Any

from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.models import Agent, Customer, Team
from foredesk.plumbing import inserting
from foredesk.tickets.events import TicketOpened
from foredesk.tickets.models import Priority, Ticket
from foredesk.tickets.placing import place
from foredesk.tickets.renaming import LONGEST_SUBJECT

_INSERT = f"""
    with made as (
      insert into tickets_ticket ({inserting.names(Ticket)}) values ({inserting.marks(Ticket)})
      returning id)
    insert into tickets_participant (ticket_id, customer_id, role)
    select id, %s, 'requester' from made returning ticket_id
"""  # noqa: S608  (our own names)


def open_ticket(
    *,
    subject: str,
    requester: Customer,
    channel: str,
    by: Actor | Doer,
    at: datetime,
    account: str = "",
    team: Team | None = None,
    assignee: Agent | None = None,
    priority: int = Priority.NORMAL,
    follow_up_of: Ticket | None = None,
    split_from: Ticket | None = None,
    language: str = "",
    is_old: bool = False,
    **written: Any,
) -> Ticket:
    """A new ticket without messages, its requester taking part. Records TicketOpened.

    `written` are columns that the first message decides (preview, waiting_since, …).
    """
    with transaction.atomic(savepoint=False):
        ticket = Ticket(
            subject=" ".join(subject.split())[:LONGEST_SUBJECT] or "No subject",
            requester=requester,
            channel=channel,
            account=account,
            team=team,
            assignee=assignee,
            priority=priority,
            follow_up_of=follow_up_of,
            split_from=split_from,
            language=language,
            created_at=at,
            activity_at=at,
            **written,
        )
        inserting.written(ticket, _INSERT, [*inserting.values(ticket), requester.pk])
        recording.record(
            TicketOpened(
                **place(ticket),
                channel=channel,
                customer_id=requester.pk,
                follow_up_of=follow_up_of.pk if follow_up_of else None,
                split_from=split_from.pk if split_from else None,
                is_old=is_old,
            ),
            by=by,
            at=at,
        )
        return ticket
