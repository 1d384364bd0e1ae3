"""Tables of routing."""

from __future__ import annotations

from django.db import models

from foredesk.people.models import Agent, Team


class State(models.TextChoices):
    """ONLINE gets tickets; TRANSFERS only those that people hand over; AWAY and OFFLINE none."""

    ONLINE = "online", "Online"
    TRANSFERS = "transfers", "Transfers only"
    AWAY = "away", "Away"
    OFFLINE = "offline", "Offline"


class Way(models.TextChoices):
    OFF = "off", "People take tickets themselves"
    TURNS = "turns", "In turn"
    LOAD = "load", "To whoever has the least"


class Availability(models.Model):
    """Whether somebody is here. `is_automatic`: the desk set it because nobody moved."""

    agent = models.OneToOneField(Agent, models.CASCADE, primary_key=True, related_name="+")
    state = models.TextField(choices=State.choices, default=State.OFFLINE)
    since = models.DateTimeField()
    active_at = models.DateTimeField(null=True)
    is_automatic = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.agent_id} is {self.state}"


class Skill(models.Model):
    """What somebody can, and which tickets ask for it (`needs`, a condition on tickets; none when
    it is empty)."""

    name = models.TextField(unique=True)
    needs = models.JSONField(default=dict)
    agents = models.ManyToManyField(Agent, related_name="+", blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Capacity(models.Model):
    """How many open tickets of each channel an agent holds at most: {"email": 20, "chat": 3}.

    A channel that is not named has the desk's own measure.
    """

    agent = models.OneToOneField(Agent, models.CASCADE, primary_key=True, related_name="+")
    most = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"Capacity of {self.agent_id}"


class Distribution(models.Model):
    """How the tickets of a team are given out; the row without a team is for those of none.

    `is_sticky`: who answered this customer last goes first. `overflow_minutes`: a ticket that
    waited so long with nobody free goes to `overflow_to`. `returns`: what waits for somebody who
    went away for `return_minutes` goes back.
    """

    team = models.OneToOneField(Team, models.CASCADE, null=True, related_name="+")
    way = models.TextField(choices=Way.choices, default=Way.OFF)
    is_sticky = models.BooleanField(default=True)
    overflow_minutes = models.PositiveIntegerField(null=True)
    overflow_to = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    return_minutes = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                name="distribution_one_without_team",
                condition=models.Q(team=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.way} of team {self.team_id}"


class Turn(models.Model):
    """When the desk last gave somebody a ticket."""

    agent = models.OneToOneField(Agent, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.agent_id} at {self.at}"


class Tier(models.Model):
    """Customers who go first, by a condition on their tickets; the lower the rank, the sooner."""

    name = models.TextField(unique=True)
    rank = models.PositiveSmallIntegerField(default=1)
    needs = models.JSONField(default=dict)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["rank", "name"]

    def __str__(self) -> str:
        return self.name


class Measure(models.Model):
    """The desk's own measures; one row. After `away_minutes` without a move somebody is away, 0
    never."""

    away_minutes = models.PositiveIntegerField(default=20)
    most = models.JSONField(default=dict)

    def __str__(self) -> str:
        return "The desk's measures"
