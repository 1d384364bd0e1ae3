"""Merge: two tickets about one thing become one thread."""

from datetime import datetime

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.queries import brand_card
from foredesk.tickets import moving, participating, rebranding, rights, unsending
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.events import TicketAbsorbed, TicketMerged, TicketWoken
from foredesk.tickets.first_replies import first_reply_at
from foredesk.tickets.locking import locked_pair
from foredesk.tickets.models import Delivery, Message, Participant, Status, Ticket
from foredesk.tickets.placing import place


class AcrossBrands(UnableToChange):
    """The two belong to different brands, and nobody has said yet that this is meant."""


def merge(
    ticket: Ticket, *, into: Ticket, by: Actor | Doer, at: datetime, is_across: bool = False
) -> Ticket:
    """Move everything of `ticket` into `into`, its people taking part there; returns the target.

    Messages keep their times and writers; those still to be sent go out from the target. An answer
    given in `ticket` since the target was opened counts as the target's first reply. What is later
    written to the merged ticket lands in the target. When somebody waits for an answer in `ticket`,
    the target is taken up again. `is_across` says that tickets of two brands may be merged: from
    then on the target's brand answers. Records TicketMerged, TicketAbsorbed and what follows.
    Raises UnableToChange, AcrossBrands.
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
        for one in (source, target):
            if one.is_spam:
                raise UnableToChange(f"#{one.pk} is spam. Restore it first.")
        if source.brand_id != target.brand_id:
            _must_be_meant(source, target, is_across)
        if Message.objects.filter(ticket=source, delivery=Delivery.SENDING).exists():
            raise UnableToChange("A reply is being sent right now. Try again in a moment.")
        for waiting in Message.objects.filter(ticket=source, delivery=Delivery.QUEUED):
            waiting.undo = unsending.moved(waiting.undo)
            waiting.save(update_fields=["undo"])
        moved = Message.objects.filter(ticket=source).update(ticket=target)
        _bring_people(source, target, by=by, at=at)
        _bring_times(source, target)
        _take_up(source, target, by=by, at=at)
        source.merged_into, source.closed_at = target, source.closed_at or at
        source.status, source.snoozed_until, source.waiting_since = Status.CLOSED, None, None
        source.save()
        target.save()
        recording.record(TicketMerged(**place(source), into=target.pk), by=by, at=at)
        recording.record(
            TicketAbsorbed(**place(target), other=source.pk, messages=moved), by=by, at=at
        )
        return target


def _must_be_meant(source: Ticket, target: Ticket, is_across: bool) -> None:
    """What waits in the source must not leave in another brand's name; raise AcrossBrands unless
    somebody said that the two belong together."""
    if not is_across:
        theirs, ours = brand_card(source.brand_id).name, brand_card(target.brand_id).name
        raise AcrossBrands(
            f"#{source.pk} belongs to {theirs}, #{target.pk} to {ours}. Say that you mean to merge "
            f"across brands: answers then come from {ours}."
        )
    rebranding.must_have_nothing_on_its_way(source)


def _bring_people(source: Ticket, target: Ticket, *, by: Actor | Doer, at: datetime) -> None:
    """They take part in the target too; their rows here stay, so that signed reply addresses do."""
    rows = Participant.objects.filter(ticket=source).select_related("customer").order_by("pk")
    for participant in rows:
        participating.join(target, participant.customer, by=by, at=at)


def _take_up(source: Ticket, target: Ticket, *, by: Actor | Doer, at: datetime) -> None:
    """Who waits for an answer in the source must not get lost in a target that nobody works on."""
    if source.waiting_since is None:
        return
    if target.snoozed_until is not None:
        target.snoozed_until = None
        recording.record(TicketWoken(**place(target), reason="merge"), by=by, at=at)
    if target.status in (Status.PENDING, Status.ON_HOLD, Status.SOLVED):
        moving.move(target, Status.OPEN, by=by, at=at)


def _bring_times(source: Ticket, target: Ticket) -> None:
    if source.activity_at > target.activity_at:
        target.activity_at, target.preview = source.activity_at, source.preview
    wrote = [at for at in (source.customer_wrote_at, target.customer_wrote_at) if at]
    target.customer_wrote_at = max(wrote, default=None)
    if source.first_reply_at is not None:
        target.first_reply_at = first_reply_at(target)
    waits = [at for at in (source.waiting_since, target.waiting_since) if at]
    target.waiting_since = min(waits, default=None)
    target.tags = list(dict.fromkeys([*target.tags, *source.tags]))
    target.priority = max(target.priority, source.priority)
