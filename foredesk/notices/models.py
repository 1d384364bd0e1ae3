"""Tables of the bell."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from foredesk.people.models import Agent
from foredesk.tickets.models import Ticket


class Kind(models.TextChoices):
    ASSIGNED = "assigned", "Somebody gives me a ticket"
    WROTE = "wrote", "A customer writes on my ticket"
    PROMISE = "promise", "A promise is at risk"
    RULE = "rule", "A rule tells me"
    RATED = "rated", "A customer says how it was"


class Notice(models.Model):
    """One sentence for one agent about one ticket. `key` says what it is about, so that nobody is
    told twice of the same."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    kind = models.TextField(choices=Kind.choices)
    said = models.TextField()
    key = models.TextField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agent", "key"], name="notice_once_for_its_cause")
        ]
        indexes: ClassVar = [
            models.Index(fields=["agent", "-at", "-id"], name="notice_newest"),
            models.Index(fields=["agent"], name="notice_unread", condition=Q(read_at=None)),
            models.Index(fields=["at"], name="notice_at"),
        ]

    def __str__(self) -> str:
        return f"{self.said} (ticket {self.ticket_id}, agent {self.agent_id})"
