"""The piece of work itself."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

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
