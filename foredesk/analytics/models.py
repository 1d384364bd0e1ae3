"""Tables of numbers."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from foredesk.people.models import Agent
from foredesk.plumbing.ids import public_id
from foredesk.sla.models import Schedule
from foredesk.tickets.models import Ticket


class Tally(models.Model):
    """One thing of a ticket that is counted or measured.

    `what` is the name of what is tallied (measures/), `at` when it happened, `made_at` when the
    ticket was created. `value` are seconds of the calendar, or a number; `open_value` the same in
    open hours, None where no hours were set. `until` is the end of what lasts. The rest is where
    the ticket stood at that moment; `agent_id` is who did it, else who had the ticket. `detail`
    says more, such as which promise.
    """

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", db_index=False)
    what = models.TextField()
    detail = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    made_at = models.DateTimeField()
    value = models.FloatField(null=True)
    open_value = models.FloatField(null=True)
    until = models.DateTimeField(null=True)
    channel = models.TextField()
    team_id = models.IntegerField(null=True)
    agent_id = models.IntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    priority = models.SmallIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["what", "at"],
                include=["value", "open_value", "team_id", "agent_id"],
                name="tally_at",
            ),
            models.Index(fields=["what", "made_at"], name="tally_made"),
            models.Index(fields=["ticket"], name="tally_ticket"),
            models.Index(fields=["until", "at"], name="tally_until", condition=~Q(until=None)),
            models.Index(
                fields=["customer_id", "at"], name="tally_customer", condition=Q(what="created")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} of ticket {self.ticket_id}"


class Standing(models.Model):
    """How far the logbook was counted: one row. `xact` and `entry` are the position; `changes` is
    how often numbers changed since, `definitions` by which they are."""

    xact = models.TextField(default="0")
    entry = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    changes = models.BigIntegerField(default=0, db_default=0)
    definitions = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="one_standing", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"Counted up to {self.counted_at}"


class Answer(models.Model):
    """What was asked, and what the answer was `at` that time. `key` is made of the question; it is
    about what happened from `since` to `until`, or with `is_cohort` about tickets that were made
    then. `whats` are the tallies that it is made of; when they change, it is untrue since
    `stale_at`. `asked_at` is when somebody last wanted it."""

    key = models.TextField(primary_key=True)
    question = models.JSONField()
    answer = models.JSONField()
    whats = ArrayField(models.TextField())
    since = models.DateTimeField()
    until = models.DateTimeField()
    is_cohort = models.BooleanField()
    at = models.DateTimeField()
    asked_at = models.DateTimeField()
    stale_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.question}"


class Recount(models.Model):
    """All tickets counted anew, from the lowest number on; goes on after a restart."""

    reason = models.TextField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    last_ticket = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), name="one_recount", condition=Q(finished_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.total}"


class Yardstick(models.Model):
    """What this desk measures by: one row. `targets` holds for each measure what is aimed at."""

    schedule = models.ForeignKey(Schedule, models.SET_NULL, null=True, related_name="+")
    targets = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(name="one_yardstick", condition=Q(id=1))]

    def __str__(self) -> str:
        return "What numbers are measured by"


class Dashboard(models.Model):
    """Somebody's own dashboard. `cards` are plain data, in order (arranging.py). `given_to` are the
    roles that see it too."""

    key = models.TextField(unique=True, default=public_id)
    name = models.TextField()
    owner = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    cards = models.JSONField(default=list)
    given_to = models.JSONField(default=list)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Start(models.Model):
    """The dashboard that opens first for somebody."""

    agent = models.OneToOneField(Agent, models.CASCADE, primary_key=True, related_name="+")
    key = models.TextField()

    def __str__(self) -> str:
        return f"{self.agent_id} begins with {self.key}"


class Review(models.Model):
    """What the team wrote down in the meeting about a week; `monday` is the week's first day."""

    monday = models.DateField(primary_key=True)
    notes = models.TextField(blank=True, default="")
    noted_by = models.TextField(blank=True, default="")
    noted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Review of the week of {self.monday}"


class AgreedPoint(models.Model):
    """What somebody is to do, agreed in the review of the week of `made_in`; it is carried over
    until it is done, which was said in the review of the week of `done_in`. `measure` names what it
    is to make better, "" nothing."""

    text = models.TextField()
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")
    due = models.DateField(null=True)
    measure = models.TextField(blank=True, default="")
    made_in = models.DateField()
    made_at = models.DateTimeField()
    done_in = models.DateField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text


class Verdict(models.Model):
    """What the review of a week said of an agreed point that had been tried."""

    point = models.ForeignKey(AgreedPoint, models.CASCADE, related_name="verdicts")
    monday = models.DateField()
    value = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "monday"], name="one_verdict")]

    def __str__(self) -> str:
        return self.value


class ReviewMail(models.Model):
    """When the review goes out by mail: one row. `weekday` 0 is Monday, in the desk's zone.
    `sent_for` is the Monday of the last week whose review was sent, or had passed when it was
    set."""

    is_on = models.BooleanField(default=False)
    weekday = models.SmallIntegerField(default=0)
    hour = models.SmallIntegerField(default=8)
    sent_for = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="one_review_mail", condition=Q(id=1))]

    def __str__(self) -> str:
        return "The review by mail"


class ReviewReader(models.Model):
    """Who gets the review by mail: one of the desk, or an address outside. `failed_address` is the
    address from which it came back; while it is still theirs, nothing goes there."""

    agent = models.OneToOneField(Agent, models.CASCADE, null=True, related_name="+")
    address = models.TextField(blank=True, default="")
    failed_address = models.TextField(blank=True, default="")
    failure = models.TextField(blank=True, default="")
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="review_reader_is_one",
                condition=Q(agent=None, address__gt="") | Q(agent__isnull=False, address=""),
            ),
            models.UniqueConstraint(
                Lower("address"),
                name="review_address_once",
                condition=~Q(address=""),
            ),
        ]

    def __str__(self) -> str:
        return self.where

    @property
    def where(self) -> str:
        """The address that it goes to now."""
        return self.agent.email if self.agent else self.address

    @property
    def is_held(self) -> bool:
        """Whether nothing goes there, because it came back."""
        return bool(self.failed_address) and self.failed_address == self.where.lower()
