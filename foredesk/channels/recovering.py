"""Let in a mail that was suspended, as if it had been allowed."""

from datetime import datetime

from django.db import transaction

from foredesk.channels.events import EnvelopeRecovered
from foredesk.channels.forgetting import ASIDE, NothingAside
from foredesk.channels.models import Envelope, EnvelopeState
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.permissions import must_release


def recover(envelope: Envelope, *, by: Actor | Doer, at: datetime) -> Envelope:
    """Queue it to be opened; nothing suspends it again. One that could not be read is tried again.

    Its writer stays unverified: it is never an agent's word. Records EnvelopeRecovered. Raises
    NotAllowed, NothingAside.
    """
    from foredesk.channels import tasks

    must_release(by)
    with transaction.atomic():
        row = Envelope.objects.select_for_update().filter(pk=envelope.pk).first()
        if row is None or row.state not in ASIDE:
            raise NothingAside
        fact = EnvelopeRecovered(envelope_id=row.pk, reason=row.reason)
        row.recovered_at = at
        row.state, row.attempts, row.reason = EnvelopeState.RECEIVED, 0, ""
        row.save(update_fields=["state", "attempts", "reason", "recovered_at"])
        tasks.open_envelope.defer(envelope_id=row.pk, again=True)
        recording.record(fact, by=by, at=at)
    return row
