"""What leaves: dispatches of messages, and what was sent by itself."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from foredesk.channels.models.mailboxes import Mailbox
from foredesk.files.models import Blob


class DispatchState(models.TextChoices):
    TRYING = "trying", "Being sent"
    KEPT = "kept", "Kept here"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not delivered"
    UNKNOWN = "unknown", "May have been sent"


class Dispatch(models.Model):
    """One mail on its way out, and the evidence of what became of it.

    `handed_over_at` is committed right before the dot that ends DATA: from that moment on the far
    side may have the mail. `attempts` counts the tries and fences off one that was given up for
    dead; `job_id` is the job of the last try. `transcript` holds the talk with the far side. `key`
    names what must be sent once, where that is no message of a ticket.
    """

    purpose = models.TextField(default="reply")
    key = models.TextField(blank=True, default="")
    message_id = models.BigIntegerField(null=True)
    ticket_id = models.BigIntegerField(null=True)
    mailbox = models.ForeignKey(Mailbox, models.SET_NULL, null=True, related_name="+")
    mail_from = models.TextField(blank=True, default="")
    to = ArrayField(models.TextField(), default=list)
    subject = models.TextField(blank=True, default="")
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.TextField(choices=DispatchState.choices, default=DispatchState.TRYING)
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    started_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    job_id = models.BigIntegerField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    transcript = models.TextField(blank=True, default="")
    provider_id = models.TextField(blank=True, default="")
    delivered_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "dispatches"
        constraints = [
            models.UniqueConstraint(
                fields=["message_id"],
                name="dispatch_one_per_message",
                condition=Q(message_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["key"], name="dispatch_one_per_key", condition=~Q(key="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider_id"], name="dispatch_by_provider", condition=~Q(provider_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"Dispatch {self.pk} ({self.state})"


class AutomaticMail(models.Model):
    """One mail that a machine of ours wrote to somebody outside, or was kept from writing.

    `held_by` is "" for one that went, else the brake that held it: address or desk. Rows live for
    two days: this is what the brakes count.
    """

    address = models.TextField()
    purpose = models.TextField()
    ticket_id = models.BigIntegerField(null=True)
    held_by = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["address", "at"], name="automatic_address"),
            models.Index(fields=["at"], name="automatic_sent", condition=Q(held_by="")),
            models.Index(fields=["at"], name="automatic_held", condition=~Q(held_by="")),
        ]

    def __str__(self) -> str:
        return f"Automatic mail to {self.address}"
