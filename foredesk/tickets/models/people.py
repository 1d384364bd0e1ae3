"""Who takes part in a ticket, who has read it and who works on it now."""

from __future__ import annotations

from django.db import models

from foredesk.people.models import Agent, Customer
from foredesk.tickets.models.work import Ticket


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
