"""Tables of surveys."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from foredesk.people.models import Agent, Customer
from foredesk.plumbing.ids import public_id
from foredesk.surveys import wording
from foredesk.tickets.models import Ticket


class SurveyPlan(models.Model):
    """Whether customers are asked how it was, when and how: one row.

    `since` is when it was last switched on: what was solved before is not asked about.
    `delay_hours` pass after the solving; 0 asks at once. Each customer is asked once in
    `every_days` at most by each brand, and can answer for `open_days`. `channels` are those whose
    tickets are asked about.
    """

    is_on = models.BooleanField(default=False)
    since = models.DateTimeField(null=True)
    delay_hours = models.PositiveSmallIntegerField(default=24)
    scale = models.PositiveSmallIntegerField(default=5)
    every_days = models.PositiveSmallIntegerField(default=30)
    open_days = models.PositiveSmallIntegerField(default=14)
    channels = ArrayField(models.TextField(), default=wording.all_channels)
    subject = models.TextField(default=wording.SUBJECT)
    text = models.TextField(default=wording.TEXT)
    good_reasons = ArrayField(models.TextField(), default=wording.good_reasons)
    bad_reasons = ArrayField(models.TextField(), default=wording.bad_reasons)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="one_survey_plan", condition=Q(id=1)),
            models.CheckConstraint(name="survey_scale_known", condition=Q(scale__in=(2, 3, 5))),
        ]

    def __str__(self) -> str:
        return "How customers are asked"


class Survey(models.Model):
    """Whether a customer was asked about a ticket that was solved at `solved_at`, and the answer.

    `held` says why they were not, a key of wording.HELD, "" when they were: by the message
    `message_id`, on the `scale` of that day, with time to answer until `ends_at`. `brand` is 0 for
    the organisation itself. `assignee` had the ticket when the last answer came; `helper` had
    answered the customer most often.
    """

    public_id = models.TextField(unique=True, default=public_id)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    brand = models.BigIntegerField(default=0)
    solved_at = models.DateTimeField()
    at = models.DateTimeField()
    held = models.TextField(blank=True, default="")
    message_id = models.BigIntegerField(null=True)
    scale = models.PositiveSmallIntegerField(default=5)
    ends_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    rating = models.TextField(blank=True, default="")
    reasons = ArrayField(models.TextField(), default=list)
    comment = models.TextField(blank=True, default="")
    may_call = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    assignee = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")
    helper = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "solved_at"], name="survey_once_a_solving"),
            models.CheckConstraint(
                name="survey_answer_is_whole",
                condition=Q(score=None, rating="", answered_at=None)
                | Q(score__gte=1, score__lte=models.F("scale"), answered_at__isnull=False)
                & Q(rating__in=("good", "bad")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["customer", "brand", "-at"], name="survey_last", condition=Q(held="")
            ),
            models.Index(fields=["-at"], name="survey_newest"),
        ]

    def __str__(self) -> str:
        return f"Survey about ticket {self.ticket_id}"


class OptOut(models.Model):
    """A customer who said that they do not want to be asked again."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Customer {self.customer_id} is not asked"
