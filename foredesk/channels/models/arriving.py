"""What arrived, and from whom it may: envelopes, what was seen at servers and providers."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from foredesk.channels.models.mailboxes import Mailbox
from foredesk.files.models import Blob


class EnvelopeState(models.TextChoices):
    RECEIVED = "received", "Waiting to be opened"
    OPENED = "opened", "In a ticket"
    IGNORED = "ignored", "Ignored"
    UNREADABLE = "unreadable", "Could not be read"
    SUSPENDED = "suspended", "Suspended"


class Envelope(models.Model):
    """What arrived, byte for byte, once: `fingerprint` is the same for the same mail.

    `blob` is None when the far side could not hand the bytes over. `peer` is the address of the
    server that handed it to the intake, `helo` the name that it gave. `author` and `subject` are
    kept of what was set aside. After `recovered_at`, when a person let it in, nothing suspends it.
    """

    kind = models.TextField()
    mailbox = models.ForeignKey(Mailbox, models.SET_NULL, null=True, related_name="+")
    road = models.TextField()
    fingerprint = models.TextField()
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+", db_index=False)
    mail_from = models.TextField(blank=True, default="")
    rcpt_to = ArrayField(models.TextField(), default=list)
    peer = models.TextField(blank=True, default="")
    helo = models.TextField(blank=True, default="")
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    state = models.TextField(choices=EnvelopeState.choices, default=EnvelopeState.RECEIVED)
    reason = models.TextField(blank=True, default="")
    attempts = models.SmallIntegerField(default=0)
    message_id = models.BigIntegerField(null=True)
    author = models.TextField(blank=True, default="")
    subject = models.TextField(blank=True, default="")
    recovered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "fingerprint"], name="envelope_once"),
        ]
        indexes = [
            models.Index(
                fields=["received_at"], name="envelope_waiting", condition=Q(state="received")
            ),
            models.Index(
                fields=["-id"],
                name="envelope_set_aside",
                condition=Q(state__in=("unreadable", "suspended", "ignored")),
            ),
        ]

    def __str__(self) -> str:
        return f"Envelope {self.pk} ({self.kind}, {self.state})"


class SenderRule(models.Model):
    """An address or a whole domain (`shop.example`) whose mail is always or never let in."""

    value = models.TextField(unique=True)
    is_allowed = models.BooleanField()
    note = models.TextField(blank=True, default="")
    by_name = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{'Allow' if self.is_allowed else 'Block'} {self.value}"


class Collected(models.Model):
    """A mail that lies on a POP3 server and was seen, by its unique id (UIDL).

    `is_kept` says that its bytes are safely here, so that it may be deleted there.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="+", db_index=False)
    uidl = models.TextField()
    is_kept = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "collected"
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uidl"], name="collected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.uidl} of mailbox {self.mailbox_id}"


class HookCall(models.Model):
    """A call of a provider's webhook that was taken, by its own id, so that it counts once."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="+", db_index=False)
    key = models.TextField()
    body = models.TextField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "key"], name="hookcall_once")]

    def __str__(self) -> str:
        return f"Call {self.key} of mailbox {self.mailbox_id}"
