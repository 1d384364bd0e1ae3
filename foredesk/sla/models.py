"""Tables of promises."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from foredesk.tickets.models import Ticket


class Schedule(models.Model):
    """Open hours. `week` holds for each day, Monday first, its periods as [from, to] in minutes.

    `country` and `region` say whose public holidays are kept among its days off, "" for none.
    """

    name = models.TextField(unique=True)
    time_zone = models.TextField(default="UTC")
    week = models.JSONField()
    country = models.TextField(blank=True, default="")
    region = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class DayOff(models.Model):
    """A date on which other periods hold; none closes the day. `is_public`: a public holiday."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="days_off")
    day = models.DateField()
    name = models.TextField(blank=True, default="")
    periods = models.JSONField(default=list)
    is_public = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "day"], name="day_off_unique")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()


class Policy(models.Model):
    """What is promised for the tickets that fit its conditions; the first policy that fits counts.

    `targets` holds for each metric the time by priority: {"first_reply": {"1": "1d", "4": "1h"}}.
    Without a schedule the calendar counts. `pauses` are the states that stop its clocks. What was
    late before `changed_at` is late, and nobody is told any more.
    """

    name = models.TextField(unique=True)
    position = models.PositiveIntegerField(default=0)
    conditions = models.JSONField(default=dict)
    targets = models.JSONField(default=dict)
    schedule = models.ForeignKey(Schedule, models.PROTECT, null=True, related_name="policies")
    pauses = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Escalation(models.Model):
    """Whom to tell when so much of a promise is left, and where the ticket goes then.

    `left` is in thousandths of the target: 333 is a third, 0 the moment at which it is late, -500
    when half of it has passed since. `tell` are keys of tickets/addressees.py; `move_to` is "",
    "free" (whoever is free), "team-3" or "agent-7".
    """

    left = models.IntegerField(unique=True)
    tell = models.JSONField(default=list)
    move_to = models.TextField(blank=True, default="")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-left"]

    def __str__(self) -> str:
        return f"{self.left} thousandths left"


class Cover(models.Model):
    """Which policy a ticket is under, and which of its conditions decided.

    It stays when the policy is removed: what was measured by its hours is measured by them again.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="+")
    policy = models.ForeignKey(Policy, models.DO_NOTHING, related_name="+", db_constraint=False)
    because = models.JSONField(default=list)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"Ticket {self.ticket_id} under {self.policy_id}"


class Clock(models.Model):
    """One promise of a ticket: its target and how it went.

    `state` is running, paused, fulfilled or cancelled. `due_at` is when it is or was late; None
    while it is paused. `counted` are its counted seconds up to `ended_at`, or to when it was last
    looked at. `alarm_at` is when the next escalation is due, `level` how many were.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", db_index=False)
    metric = models.TextField()
    policy = models.ForeignKey(Policy, models.SET_NULL, null=True, related_name="+")
    policy_name = models.TextField()
    schedule = models.ForeignKey(Schedule, models.SET_NULL, null=True, related_name="+")
    target = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    state = models.TextField()
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    counted = models.PositiveIntegerField(default=0)
    alarm_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    events = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "metric", "started_at"], name="clock_unique")
        ]
        indexes = [
            models.Index(fields=["alarm_at"], name="clock_alarm", condition=~Q(alarm_at=None)),
            models.Index(
                fields=["policy", "ended_at"], name="clock_kept", condition=~Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} of ticket {self.ticket_id}"


class Recalculation(models.Model):
    """All open tickets looked at anew, from the lowest number on; goes on after a restart."""

    reason = models.TextField()
    asked_by = models.TextField(blank=True, default="")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    last_ticket = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), name="one_recalculation", condition=Q(finished_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.total}"
