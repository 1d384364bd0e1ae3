"""Give up on something that was suspended or could not be read."""

from datetime import datetime

from django.db import transaction

from foredesk.channels.events import EnvelopeForgotten
from foredesk.channels.models import Envelope, EnvelopeState
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.permissions import must_release

ASIDE = (EnvelopeState.SUSPENDED, EnvelopeState.UNREADABLE)


class NothingAside(Exception):
    """The mail is not among those set aside any more."""

    def __init__(self) -> None:
        super().__init__("This mail was opened or forgotten meanwhile.")


def forget(envelope: Envelope, *, by: Actor | Doer, at: datetime) -> None:
    """Remove a mail that was set aside from the list; its bytes stay in the file store, and its
    fingerprint stays, so that the same mail is not taken in again.

    Records EnvelopeForgotten. Raises NotAllowed, NothingAside.
    """
    must_release(by)
    with transaction.atomic():
        row = Envelope.objects.select_for_update().filter(pk=envelope.pk).first()
        if row is None or row.state not in ASIDE:
            raise NothingAside
        row.state = EnvelopeState.IGNORED
        row.reason = f"Forgotten. {row.reason}"[:1000]
        row.save(update_fields=["state", "reason"])
        fact = EnvelopeForgotten(envelope_id=row.pk, reason=row.reason)
        recording.record(fact, by=by, at=at)
