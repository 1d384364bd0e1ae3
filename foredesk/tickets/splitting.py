"""Split: messages about another thing become a ticket of their own."""

from datetime import datetime

from foredesk.logbook import recording
from foredesk.people.models import Agent
from foredesk.tickets import opening, participating, rights
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.events import TicketSplit
from foredesk.tickets.first_replies import first_reply_at
from foredesk.tickets.locking import locked
from foredesk.tickets.models import UNSOLVED, Delivery, Ticket
from foredesk.tickets.placing import place


def split(
    ticket: Ticket, *, message_ids: list[int], subject: str, by: Agent, at: datetime
) -> Ticket:
    """Move the given messages of `ticket` into a new ticket that is linked to it; returns it.

    The requester is the customer who wrote the first of them. Records TicketOpened, TicketSplit.
    Raises UnableToChange when nothing, everything, or no customer's message was chosen.
    """
    rights.must_work(by)
    with locked(ticket.pk) as row:
        if row.merged_into_id:
            raise UnableToChange(f"This ticket was merged into #{row.merged_into_id}. Work there.")
        chosen = list(row.messages.filter(pk__in=message_ids).order_by("id"))
        if not chosen:
            raise UnableToChange("Choose at least one message.")
        if any(one.delivery in (Delivery.QUEUED, Delivery.SENDING) for one in chosen):
            raise UnableToChange("A reply among them is still on its way. Try again in a moment.")
        if len(chosen) == row.messages.count():
            raise UnableToChange("That would leave nothing here. Leave at least one message.")
        first = next((one for one in chosen if one.customer_id), None)
        if first is None or first.customer is None:
            raise UnableToChange("Choose a message of the customer too: it says who asks.")
        new = opening.open_ticket(
            subject=subject or row.subject,
            requester=first.customer,
            channel=row.channel,
            account=row.account,
            team=row.team,
            brand_id=row.brand_id,
            assignee=row.assignee,
            priority=row.priority,
            split_from=row,
            language=row.language,
            by=by,
            at=at,
        )
        for message in chosen:
            if message.customer_id and message.customer_id != first.customer_id:
                assert message.customer is not None
                participating.join(new, message.customer, by=by, at=at)
        row.messages.filter(pk__in=[one.pk for one in chosen]).update(ticket=new)
        _settle_times(new, is_new=True)
        _settle_times(row, is_new=False)
        recording.record(TicketSplit(**place(row), into=new.pk, messages=len(chosen)), by=by, at=at)
        return new


def _settle_times(ticket: Ticket, *, is_new: bool) -> None:
    """Times and preview from the messages that the ticket now has.

    What was answered before a new ticket was opened is not that ticket's first reply.
    """
    public = list(ticket.messages.filter(is_public=True).order_by("id"))
    customers = [one for one in public if one.author_kind == "customer"]
    answers = [one for one in public if one.author_kind == "agent"]
    if public:
        ticket.preview = " ".join(public[-1].body_text.split())[:140]
        ticket.activity_at = public[-1].at
    ticket.customer_wrote_at = customers[-1].at if customers else None
    ticket.first_reply_at = None if is_new else first_reply_at(ticket)
    last_answer = answers[-1].pk if answers else 0
    unanswered = [one for one in customers if one.pk > last_answer]
    is_at_work = ticket.status in UNSOLVED
    ticket.waiting_since = unanswered[0].at if unanswered and is_at_work else None
    ticket.save()
