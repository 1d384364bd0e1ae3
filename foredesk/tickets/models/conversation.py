"""What is said on a ticket, and what somebody is about to say."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from foredesk.files.models import Blob
from foredesk.people.models import Agent, Customer
from foredesk.plumbing.ids import public_id
from foredesk.tickets.models.work import Ticket


class Delivery(models.TextChoices):
    """Where an outgoing message is. Everything else is NONE."""

    NONE = "", "Not sent anywhere"
    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    KEPT = "kept", "Kept here: no outgoing mail is set up"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not delivered"
    UNKNOWN = "unknown", "May have been sent"


class Message(models.Model):
    """One entry of the conversation; a note when not `public`.

    `external_id` is the wire's id (the Message-ID of a mail, without angle brackets). `body_*` is
    what the writer newly wrote; `whole_*` holds the message with its quotes when that is more.
    `verdict` says whether the writer's address is proven: "pass", "fail", "none", or "" where the
    channel itself knows its writers; `evidence` what it rests on. `reply_to` is another address
    that the writer asks to be answered at.
    `is_rich`: `body_html` is formatted beyond a letter's and belongs in a frame of its own.
    `signed` is the kind of a signature that nobody checked; `invitation` a meeting, with `answer`
    and `answered_by` once somebody has answered it; `cards` the business cards that came along.
    `is_automatic`: a machine wrote it, ours (`author_kind` is system) or theirs.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.TextField(unique=True, default=public_id)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages", db_index=False)
    author_kind = models.TextField()
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    author_name = models.TextField(blank=True, default="")
    author_address = models.TextField(blank=True, default="")
    is_public = models.BooleanField(default=True)
    is_rich = models.BooleanField(default=False)
    is_unknown_sender = models.BooleanField(default=False)
    verdict = models.TextField(blank=True, default="")
    evidence = models.JSONField(null=True)
    reply_to = models.TextField(blank=True, default="")
    is_automatic = models.BooleanField(default=False)
    channel = models.TextField()
    subject = models.TextField(blank=True, default="")
    body_text = models.TextField(blank=True, default="")
    body_html = models.TextField(blank=True, default="")
    whole_text = models.TextField(blank=True, default="")
    whole_html = models.TextField(blank=True, default="")
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    external_id = models.TextField(blank=True, default="")
    references = ArrayField(models.TextField(), default=list)
    envelope_id = models.BigIntegerField(null=True)
    signed = models.TextField(blank=True, default="")
    invitation = models.JSONField(null=True)
    cards = models.JSONField(default=list, db_default=[])
    at = models.DateTimeField()
    delivery = models.TextField(choices=Delivery.choices, default=Delivery.NONE, blank=True)
    send_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    delivery_note = models.TextField(blank=True, default="")
    undo = models.JSONField(null=True)
    sender = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"], name="message_ticket"),
            models.Index(
                fields=["external_id"], name="message_external", condition=~Q(external_id="")
            ),
            models.Index(
                fields=["send_at"],
                name="message_to_send",
                condition=Q(delivery__in=(Delivery.QUEUED, Delivery.SENDING)),
            ),
            models.Index(
                fields=["-id"],
                name="message_outgoing",
                condition=~Q(delivery=Delivery.NONE),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                name="message_one_in_flight",
                condition=Q(delivery=Delivery.SENDING),
            ),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk} of ticket {self.ticket_id}"

    @property
    def is_unverified(self) -> bool:
        """Whether it may not be from whom it says, or is from somebody who takes no part."""
        return self.is_unknown_sender or self.verdict in ("none", "fail")


class Attachment(models.Model):
    """A file of a message or of a draft. `name` and `content_type` are claims of the sender."""

    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="attachments")
    draft = models.ForeignKey("Draft", models.CASCADE, null=True, related_name="attachments")
    public_id = models.TextField(unique=True, default=public_id)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    name = models.TextField()
    content_type = models.TextField(default="application/octet-stream")
    size = models.BigIntegerField()
    content_id = models.TextField(blank=True, default="")
    is_inline = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attachment_has_one_home",
                condition=Q(message=None, draft__isnull=False)
                | Q(message__isnull=False, draft=None),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What an agent is writing on a ticket, saved as they type, the same on every device."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    kind = models.TextField(default="reply")
    body_html = models.TextField(blank=True, default="")
    cc = models.TextField(blank=True, default="")
    bcc = models.TextField(blank=True, default="")
    revision = models.IntegerField(default=0)
    updated_at = models.DateTimeField()
    to = models.TextField(blank=True, default="")
    send_at = models.DateTimeField(null=True)
    scheduled_at = models.DateTimeField(null=True)
    then = models.TextField(blank=True, default="")
    sender = models.JSONField(default=dict, blank=True)
    held_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "agent", "kind"], name="draft_unique")
        ]
        indexes = [
            models.Index(
                fields=["send_at"], name="draft_to_send", condition=Q(send_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Draft of {self.agent_id} on ticket {self.ticket_id}"
