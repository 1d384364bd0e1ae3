"""Take something from the wire: stored, committed, and only then acknowledged by whoever calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from foredesk.channels.fingerprinting import fingerprint
from foredesk.channels.models import Envelope, EnvelopeState, Mailbox
from foredesk.files import storing
from foredesk.files.models import Blob
from foredesk.plumbing.clock import now

OLD = timedelta(days=1)


def accept(
    raw: bytes,
    *,
    kind: str = "email",
    mailbox: Mailbox | None,
    road: str,
    mail_from: str = "",
    rcpt_to: Sequence[str] = (),
    peer: str = "",
    helo: str = "",
    at: datetime,
    key: str | None = None,
) -> Envelope:
    """Keep the bytes, exactly once, and queue the job that opens them, in one commit.

    `peer` is the address of the server that handed it over, `helo` the name that it gave. The same
    mail again gives back the first envelope; `key` says what is the same where the bytes don't.
    Raises files.storing.UnableToStore, and django.db.Error when the database can't take it: nothing
    is kept then.
    """
    return _keep_once(
        kind,
        key or fingerprint(raw),
        lambda: {
            "blob": storing.write(raw),
            "mailbox": mailbox,
            "road": road,
            "mail_from": _storable(mail_from),
            "rcpt_to": [_storable(one) for one in rcpt_to],
            "peer": peer,
            "helo": _storable(helo)[:255],
            "received_at": at,
        },
    )


def set_aside(
    what: bytes,
    *,
    kind: str = "email",
    mailbox: Mailbox | None,
    road: str,
    reason: str,
    key: str,
    at: datetime,
) -> Envelope:
    """Note something that could not be fetched whole; `what` is the part that there is.

    `key` names it on the far side, so that it is noted once.
    """
    return _keep_once(
        kind,
        key,
        lambda: {
            "blob": storing.write(what) if what else None,
            "mailbox": mailbox,
            "road": road,
            "received_at": at,
            "state": EnvelopeState.UNREADABLE,
            "reason": reason,
        },
    )


_FIND = "select 1 from channels_envelope where kind = %s and fingerprint = %s"
_KEEP = """
    with bytes as (
      insert into files_blob (sha256, size, created_at)
      select %(sha256)s::text, %(size)s::bigint, %(written_at)s::timestamptz
      where %(sha256)s::text is not null
      on conflict do nothing),
    kept as (
      insert into channels_envelope (kind, fingerprint, blob_id, mailbox_id, road, mail_from,
        rcpt_to, peer, helo, received_at, state, reason, attempts, author, subject)
      values (%(kind)s, %(fingerprint)s, %(sha256)s::text, %(mailbox_id)s, %(road)s, %(mail_from)s,
        %(rcpt_to)s, %(peer)s, %(helo)s, %(received_at)s, %(state)s, %(reason)s, 0, '', '')
      on conflict (kind, fingerprint) do nothing
      returning id, state)
    select id, case when state = 'received' then procrastinate_defer_jobs_v1(array[row(
      %(queue)s::varchar, %(task)s::varchar, %(priority)s::int, null, null,
      jsonb_build_object('envelope_id', id), null)::procrastinate_job_to_defer_v1]) end
    from kept
"""


def _keep_once(kind: str, key: str, values) -> Envelope:
    """One round trip finds a double; one statement keeps the blob's row, the envelope and its job,
    and decides between two that come at once."""
    from foredesk.channels import tasks

    with connection.cursor() as cursor:
        cursor.execute(_FIND, [kind, key])
        if cursor.fetchone() is not None:
            return Envelope.objects.get(kind=kind, fingerprint=key)
        envelope = Envelope(kind=kind, fingerprint=key, **values())
        blob: Blob | None = envelope.blob
        # old mail of a first import waits behind what arrives now
        is_old = envelope.received_at < now() - OLD
        cursor.execute(
            _KEEP,
            {
                **{name: getattr(envelope, name) for name in _COLUMNS},
                "sha256": blob.sha256 if blob else None,
                "size": blob.size if blob else None,
                "written_at": blob.created_at if blob else None,
                "task": tasks.open_envelope.name,
                "queue": tasks.open_envelope.queue,
                "priority": -5 if is_old else 0,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return Envelope.objects.get(kind=kind, fingerprint=key)
    envelope.pk = row[0]
    envelope._state.adding, envelope._state.db = False, connection.alias
    return envelope


_COLUMNS = (
    "kind",
    "fingerprint",
    "mailbox_id",
    "road",
    "mail_from",
    "rcpt_to",
    "peer",
    "helo",
    "received_at",
    "state",
    "reason",
)


def _storable(text: str) -> str:
    """What PostgreSQL can keep: no NUL, no lone surrogate."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:1000]
