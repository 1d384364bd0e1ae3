"""Open an envelope: from raw bytes to a message in a ticket, once."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import Error as DatabaseError
from django.db import connection, transaction

from foredesk.channels import acknowledging, kinds, labelling, our_addresses, reporting
from foredesk.channels.accepting import OLD
from foredesk.channels.events import EnvelopeSuspended
from foredesk.channels.kinds.contract import Ignored, Report, Unreadable
from foredesk.channels.models import Envelope, EnvelopeState, Mailbox
from foredesk.files import reading, storing
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.plumbing.clock import now
from foredesk.tickets import receiving
from foredesk.tickets.arrivals import Dropped, InboundMessage, Suspended
from foredesk.tickets.models import Message

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
OVERDUE = timedelta(minutes=2)
TEMPORARY = (DatabaseError, storing.UnableToStore, reading.Missing, MemoryError)


class _OpenedMeanwhile(Exception):
    pass


def open_envelope(envelope_id: int) -> Envelope:
    """Turn an envelope into a message, unless that has happened.

    What can't be read is set aside with a reason. Raises when it is worth another try: the worker
    tries again, and after five starts without an end the envelope is set aside too.
    """
    begun = _begin(envelope_id)
    if begun is None:
        envelope = Envelope.objects.get(pk=envelope_id)
        if envelope.state == EnvelopeState.RECEIVED:
            reason = envelope.reason or "The worker ended five times while reading it."
            return _set_aside(envelope, EnvelopeState.UNREADABLE, reason)
        return envelope
    envelope = begun
    try:
        inbound = _parse(envelope)
        return _deliver(envelope, inbound)
    except (Ignored, Dropped) as why:
        return _set_aside(envelope, EnvelopeState.IGNORED, str(why))
    except Unreadable as why:
        return _set_aside(envelope, EnvelopeState.UNREADABLE, str(why))
    except Suspended as why:
        return _set_aside(envelope, EnvelopeState.SUSPENDED, str(why))
    except TEMPORARY as error:
        _note(envelope, f"The last try ended with: {error}")
        raise
    except Exception as error:
        log.exception("Envelope %s can't be opened", envelope.pk)
        _note(envelope, f"Reading it failed: {type(error).__name__}: {error}")
        raise


_FIELDS = [field.attname for field in Envelope._meta.concrete_fields]
_BEGIN = f"""
    update channels_envelope set attempts = attempts + 1
    where id = %s and state = 'received' and attempts < {MAX_ATTEMPTS}
    returning {", ".join(_FIELDS)}
"""  # noqa: S608  (our own names)


def _begin(envelope_id: int) -> Envelope | None:
    """The envelope with one more start counted; None when it needs none, or had all."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [envelope_id])
        row = cursor.fetchone()
    if row is None:
        return None
    envelope = Envelope.from_db(connection.alias, _FIELDS, row)
    if envelope.mailbox_id in (boxes := our_addresses.boxes()):
        envelope.mailbox = boxes[envelope.mailbox_id]
    return envelope


def retry(envelope: Envelope, *, at: datetime) -> Envelope:
    """Put an envelope that was set aside back into the queue. Does nothing to an opened one."""
    from foredesk.channels import tasks

    with transaction.atomic():
        locked = Envelope.objects.select_for_update().get(pk=envelope.pk)
        if locked.state in (EnvelopeState.UNREADABLE, EnvelopeState.IGNORED):
            locked.state = EnvelopeState.RECEIVED
            locked.attempts = 0
            locked.reason = ""
            locked.save(update_fields=["state", "attempts", "reason"])
            tasks.open_envelope.defer(envelope_id=locked.pk, again=True)
    return locked


def overdue(*, at: datetime) -> list[int]:
    """Ids of envelopes that wait although no job is going to open them."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    waiting = list(
        Envelope.objects.filter(
            state=EnvelopeState.RECEIVED, received_at__lt=at - OVERDUE
        ).values_list("pk", flat=True)[:1000]
    )
    if not waiting:
        return []
    jobs = ProcrastinateJob.objects.filter(
        task_name="channels.open_envelope", status__in=("todo", "doing")
    )
    queued = {job.args.get("envelope_id") for job in jobs.only("args")}
    return [pk for pk in waiting if pk not in queued]


def requeue(envelope_ids: Iterable[int]) -> None:
    """Queue a job for each of these envelopes."""
    from foredesk.channels import tasks

    for pk in envelope_ids:
        tasks.open_envelope.defer(envelope_id=pk)


def _parse(envelope: Envelope) -> InboundMessage | Report:
    if envelope.blob_id is None:
        raise Unreadable("The mail server did not hand over its bytes.")
    raw = reading.read(envelope.blob_id)
    kind = kinds.kind(envelope.kind)
    return kind.parse(raw, envelope=envelope, own_addresses=our_addresses.ours())


def _deliver(envelope: Envelope, inbound: InboundMessage | Report) -> Envelope:
    """The message and the mark that the envelope is opened share one commit.

    Of two who open it at once the second finds the mark, and what it wrote goes with its
    transaction.
    """
    try:
        with transaction.atomic():
            if isinstance(inbound, Report):
                at = envelope.received_at
                told = reporting.take(inbound, envelope_id=envelope.pk, at=at)
            else:
                inbound = replace(inbound, is_old=_lay_there(envelope))
                told = _receive(inbound, envelope.mailbox)
            message_id = told.pk if told else None
            opened_at = now()
            with connection.cursor() as cursor:
                cursor.execute(_END, [message_id, opened_at, envelope.pk])
                if not cursor.rowcount:
                    raise _OpenedMeanwhile
    except _OpenedMeanwhile:
        return Envelope.objects.get(pk=envelope.pk)
    envelope.state, envelope.reason = EnvelopeState.OPENED, ""
    envelope.message_id, envelope.opened_at = message_id, opened_at
    return envelope


_END = """
    update channels_envelope set state = 'opened', message_id = %s, opened_at = %s, reason = ''
    where id = %s and state = 'received'
"""


def _tell_the_assignee(message: Message) -> None:
    """Queue the mail to the agent who has the ticket; here, since most tickets have none yet."""
    from foredesk.channels import tasks

    agent_id = message.ticket.assignee_id
    if agent_id is not None and message.author_kind == "customer":
        tasks.notify.defer(
            ticket_id=message.ticket_id, agent_id=agent_id, why="wrote", about=message.pk
        )


def _lay_there(envelope: Envelope) -> bool:
    """Whether the mail was a day old when the desk came to know its mailbox."""
    box = envelope.mailbox
    return box is not None and envelope.received_at < box.created_at - OLD


def _receive(inbound: InboundMessage, mailbox: Mailbox | None) -> Message:
    message = receiving.receive(inbound, at=inbound.at)
    if mailbox is not None and acknowledging.is_due(mailbox, inbound, message):
        is_proven = inbound.verdict == "pass"
        acknowledging.acknowledge(mailbox, inbound, message, is_proven=is_proven, at=inbound.at)
    _tell_the_assignee(message)
    return message


def _set_aside(envelope: Envelope, state: str, reason: str) -> Envelope:
    with transaction.atomic():
        locked = Envelope.objects.select_for_update().get(pk=envelope.pk)
        if locked.state == EnvelopeState.RECEIVED:
            locked.state = state
            locked.reason = reason[:1000].replace("\0", "")
            locked.opened_at = now()
            locked.author, locked.subject = labelling.label(locked)
            locked.save(update_fields=["state", "reason", "opened_at", "author", "subject"])
            if state == EnvelopeState.SUSPENDED:
                fact = EnvelopeSuspended(
                    envelope_id=locked.pk, reason=locked.reason, author=locked.author
                )
                recording.record(fact, by=SYSTEM, at=locked.opened_at)
    return locked


def _note(envelope: Envelope, reason: str) -> None:
    """Leave the reason of a failed try; when the database is away, the log has it."""
    try:
        Envelope.objects.filter(pk=envelope.pk, state=EnvelopeState.RECEIVED).update(
            reason=reason.encode("utf-8", "replace").decode().replace("\0", "")[:1000]
        )
    except DatabaseError:
        log.warning("Envelope %s: %s", envelope.pk, reason)
