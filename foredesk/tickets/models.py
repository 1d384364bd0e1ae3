"""Tables of the work."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from foredesk.files.models import Blob
from foredesk.people.models import Agent, Brand, Customer, Team
from foredesk.plumbing.ids import public_id


class Status(models.TextChoices):
    NEW = "new", "New"
    OPEN = "open", "Open"
    PENDING = "pending", "Pending"
    ON_HOLD = "on_hold", "On hold"
    SOLVED = "solved", "Solved"
    CLOSED = "closed", "Closed"


class Priority(models.IntegerChoices):
    LOW = 1, "Low"
    NORMAL = 2, "Normal"
    HIGH = 3, "High"
    URGENT = 4, "Urgent"


class Delivery(models.TextChoices):
    """Where an outgoing message is. Everything else is NONE."""

    NONE = "", "Not sent anywhere"
    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    KEPT = "kept", "Kept here: no outgoing mail is set up"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not delivered"
    UNKNOWN = "unknown", "May have been sent"


WORKED_ON = (Status.NEW, Status.OPEN)
UNSOLVED = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)
LIVE = Q(spam_at=None, merged_into=None)


class Ticket(models.Model):
    """One piece of work. `id` is the number for people; `public_id` goes into all that is sent out.

    `activity_at` is the time of the last message or creation and orders the lists.
    `waiting_since` is the oldest public customer message that no agent has answered.
    `due_at` is the nearest time that was promised, `due` what lists show of it (falling_due.py).
    `brand` is whose name answers go out under; None is the organisation itself.
    `rating` is what its customer says of it: "good", "bad", or "" for nothing (rating.py).
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.TextField(unique=True, default=public_id)
    subject = models.TextField()
    status = models.TextField(choices=Status.choices, default=Status.NEW)
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    requester = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+", db_index=False)
    assignee = models.ForeignKey(
        Agent, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.TextField()
    account = models.TextField(blank=True, default="")
    tags = ArrayField(models.TextField(), default=list)
    language = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    activity_at = models.DateTimeField()
    customer_wrote_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    solved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    spam_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    follow_up_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    split_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    preview = models.TextField(blank=True, default="")
    due_at = models.DateTimeField(null=True)
    due = models.JSONField(null=True)
    rating = models.TextField(blank=True, default="", db_default="")
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["-activity_at", "-id"],
                name="ticket_unsolved",
                condition=LIVE & Q(status__in=UNSOLVED),
            ),
            models.Index(
                fields=["assignee", "-activity_at", "-id"],
                name="ticket_assignee",
                condition=LIVE & Q(status__in=UNSOLVED),
            ),
            models.Index(
                fields=["team", "-activity_at", "-id"],
                name="ticket_team",
                condition=LIVE & Q(status__in=UNSOLVED),
            ),
            models.Index(
                fields=["-activity_at", "-id"],
                name="ticket_pending",
                condition=LIVE & Q(status=Status.PENDING),
            ),
            models.Index(
                fields=["-activity_at", "-id"],
                name="ticket_unassigned",
                condition=LIVE & Q(status__in=UNSOLVED, assignee=None),
            ),
            models.Index(
                fields=["-activity_at", "-id"],
                name="ticket_solved",
                condition=LIVE & Q(status__in=(Status.SOLVED, Status.CLOSED)),
            ),
            models.Index(
                fields=["-activity_at", "-id"], name="ticket_spam", condition=~Q(spam_at=None)
            ),
            models.Index(
                fields=["snoozed_until"], name="ticket_snoozed", condition=~Q(snoozed_until=None)
            ),
            models.Index(
                fields=["solved_at"],
                name="ticket_to_close",
                condition=LIVE & Q(status=Status.SOLVED),
            ),
            # Rules that wait for time find what can be due.
            models.Index(
                fields=["waiting_since", "id"],
                name="ticket_waiting",
                condition=LIVE & Q(status__in=UNSOLVED) & ~Q(waiting_since=None),
            ),
            models.Index(
                fields=["created_at", "id"],
                name="ticket_age",
                condition=LIVE & Q(status__in=UNSOLVED),
            ),
            # What the sidebar counts is read from these alone, without the table's own pages.
            models.Index(
                fields=["assignee", "status"],
                name="ticket_awake",
                condition=LIVE & Q(status__in=UNSOLVED, snoozed_until=None),
            ),
            models.Index(
                fields=["team"],
                name="ticket_awake_team",
                condition=LIVE & Q(status__in=UNSOLVED, snoozed_until=None),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="ticket_due",
                condition=LIVE & Q(status__in=UNSOLVED, due_at__isnull=False),
            ),
            # A desk without further brands pays nothing for this one.
            models.Index(
                fields=["brand", "-activity_at", "-id"],
                name="ticket_brand",
                condition=LIVE & Q(status__in=UNSOLVED, brand__isnull=False),
            ),
            models.Index(
                fields=["-activity_at", "-id"],
                name="ticket_rated_bad",
                condition=LIVE & Q(rating="bad"),
            ),
            models.Index(fields=["requester", "-id"], name="ticket_requester"),
            GinIndex(fields=["tags"], name="ticket_tags"),
        ]
        constraints = [
            models.CheckConstraint(
                name="ticket_closed_has_time",
                condition=~Q(status=Status.CLOSED) | ~Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="ticket_not_merged_into_itself", condition=~Q(merged_into=models.F("id"))
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @property
    def is_closed(self) -> bool:
        return self.status == Status.CLOSED

    @property
    def is_spam(self) -> bool:
        return self.spam_at is not None

    def is_snoozed(self, at: datetime) -> bool:
        return self.snoozed_until is not None and self.snoozed_until > at


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


class Participant(models.Model):
    """A customer who takes part in a ticket: the requester, or somebody in copy."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="participants")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    role = models.TextField(default="cc")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "customer"], name="participant_unique")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} on ticket {self.ticket_id}"


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


class Seen(models.Model):
    """Until when an agent has read a ticket."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "agent"], name="seen_unique")]

    def __str__(self) -> str:
        return f"{self.agent_id} saw ticket {self.ticket_id}"


class Visit(models.Model):
    """Somebody works on a ticket just now: since when, when they last told, and how many seconds
    they worked. It ends as a fact."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    began_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "agent"], name="one_visit_each"),
        ]

    def __str__(self) -> str:
        return f"Agent {self.agent_id} on ticket {self.ticket_id}"
