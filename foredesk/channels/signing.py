"""Sign what leaves with a key of the mailbox's own (DKIM, RFC 6376), by dkimpy."""

from __future__ import annotations

import base64
import logging
from datetime import datetime

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction

from foredesk.channels.events import MailboxChanged
from foredesk.channels.models import Mailbox
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.permissions import must_administer
from foredesk.plumbing import crypto

log = logging.getLogger(__name__)

BITS = 2048  # RFC 8301, 3.2
SIGNED = [
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to",
    b"references", b"mime-version", b"content-type",
]  # fmt: skip


def make_key(mailbox: Mailbox, *, by: Actor | Doer, at: datetime) -> None:
    """A new key, sealed; nothing is signed before its record is seen in the DNS.

    Records MailboxChanged. Raises NotAllowed.
    """
    must_administer(by)
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _keep(
        mailbox,
        by=by,
        at=at,
        dkim_selector=f"foredesk-{at:%Y%m%d}",
        dkim_public=base64.b64encode(public).decode(),
        dkim_secret=crypto.seal(pem.decode(), place=mailbox.place_of("dkim")),
    )


def forget_key(mailbox: Mailbox, *, by: Actor | Doer, at: datetime) -> None:
    """Sign no more. Records MailboxChanged. Raises NotAllowed."""
    must_administer(by)
    _keep(mailbox, by=by, at=at, dkim_selector="", dkim_public="", dkim_secret="")


def record_of(mailbox: Mailbox) -> tuple[str, str]:
    """(name, value) of the TXT record to publish."""
    domain = mailbox.address.rpartition("@")[2].encode("idna").decode()
    name = f"{mailbox.dkim_selector}._domainkey.{domain}"
    return name, f"v=DKIM1; k=rsa; p={mailbox.dkim_public}"


def sign(mailbox: Mailbox, data: bytes) -> bytes:
    """`data` with a signature before it, when the mailbox has a key whose record was seen.

    A key that can't be used leaves the mail as it is, and a line in the log.
    """
    if not (mailbox.dkim_selector and mailbox.dkim_seen_at):
        return data
    import dkim  # with a library for the DNS; most processes sign nothing

    domain = mailbox.address.rpartition("@")[2].encode("idna")
    try:
        pem = crypto.unseal(mailbox.dkim_secret, place=mailbox.place_of("dkim"))
        line = dkim.sign(
            data,
            selector=mailbox.dkim_selector.encode(),
            domain=domain,
            privkey=pem.encode(),
            include_headers=[name for name in SIGNED if b"\n" + name + b":" in _names(data)],
        )
    except (crypto.UnreadableSecret, dkim.DKIMException, ValueError) as error:
        log.error("Mail of %s is not signed: %s", mailbox.name, error)
        return data
    return line + data


def _names(data: bytes) -> bytes:
    return b"\n" + data.partition(b"\r\n\r\n")[0].lower()


def _keep(mailbox: Mailbox, *, by: Actor | Doer, at: datetime, **fields: str) -> None:
    with transaction.atomic():
        row = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
        for name, value in fields.items():
            setattr(row, name, value)
        row.dkim_seen_at, row.domain_findings = None, []
        row.save(update_fields=[*fields, "dkim_seen_at", "domain_findings"])
        fact = MailboxChanged(
            mailbox_id=row.pk, name=row.name, before={"dkim": "…"}, after={"dkim": "… (new)"}
        )
        recording.record(fact, by=by, at=at)
