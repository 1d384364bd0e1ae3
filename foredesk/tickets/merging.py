"""Merge: two tickets about one thing become one thread."""

from datetime import datetime

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.tickets import rights
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.events import TicketAbsorbed, TicketMerged
from foredesk.tickets.locking import locked_pair
from foredesk.tickets.models import Delivery, Message, Participant, Status, Ticket
from foredesk.tickets.placing import place


def merge(ticket: Ticket, *, into: Ticket, by: Actor | Doer, at: datetime) -> Ticket:
    """Move everything of `ticket` into `into`, its people taking part there; returns the target.

    Messages keep their times and writers; those still to be sent go out from the target. What is
    later written to the merged ticket lands in the target. Records TicketMerged, TicketAbsorbed.
    Raises UnableToChange.
    """
    rights.must_work(by)
    if ticket.pk == into.pk:
        raise UnableToChange("A ticket can't be merged into itself. Choose another one.")
    with locked_pair(ticket.pk, into.pk) as (source, target):
        if source.merged_into_id:
            raise UnableToChange(f"#{source.pk} was already merged into #{source.merged_into_id}.")
        if target.merged_into_id:
            raise UnableToChange(
                f"#{target.pk} was merged into #{target.merged_into_id}. Merge into that one."
            )
        if target.is_closed:
            raise UnableToChange(f"#{target.pk} is closed. Merge the other way round.")
        if target.is_spam:
            raise UnableToChange(f"#{target.pk} is spam. Restore it first.")
        if Message.objects.filter(ticket=source, delivery=Delivery.SENDING).exists():
            raise UnableToChange("A reply is being sent right now. Try again in a moment.")
        moved = Message.objects.filter(ticket=source).update(ticket=target)
        _bring_people(source, target)
        _bring_times(source, target)
        source.merged_into, source.closed_at = target, source.closed_at or at
        source.status, source.snoozed_until, source.waiting_since = Status.CLOSED, None, None
        source.save()
        target.save()
        recording.record(TicketMerged(**place(source), into=target.pk), by=by, at=at)
        recording.record(
            TicketAbsorbed(**place(target), other=source.pk, messages=moved), by=by, at=at
        )
        return target


def _bring_people(source: Ticket, target: Ticket) -> None:
    """Each participant keeps their row, so that signed reply addresses stay good."""
    there = set(Participant.objects.filter(ticket=target).values_list("customer_id", flat=True))
    for participant in Participant.objects.filter(ticket=source):
        if participant.customer_id not in there:
            Participant.objects.create(ticket=target, customer=participant.customer, role="cc")


def _bring_times(source: Ticket, target: Ticket) -> None:
    if source.activity_at > target.activity_at:
        target.activity_at, target.preview = source.activity_at, source.preview
    wrote = [at for at in (source.customer_wrote_at, target.customer_wrote_at) if at]
    target.customer_wrote_at = max(wrote, default=None)
    waits = [at for at in (source.waiting_since, target.waiting_since) if at]
    target.waiting_since = min(waits, default=None)
    target.tags = list(dict.fromkeys([*target.tags, *source.tags]))
    target.priority = max(target.priority, source.priority)
