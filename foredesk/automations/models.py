"""Tables of the rulebook and of what it did."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from foredesk.people.models import Agent, Team
from foredesk.plumbing.ids import public_id
from foredesk.tickets.models import Ticket


class RuleKind(models.TextChoices):
    TRIGGER = "trigger", "When something happens"
    AUTOMATION = "automation", "When time has passed"


class Rule(models.Model):
    """A sentence that acts. `when` holds the occasions of a trigger or the time of an automation.

    A removed rule stays for the runs that name it. `swept_to` and `swept_id` say up to which time
    an automation has looked at tickets; `heard_to` is the last entry that it looked at again for.
    `failures` counts webhooks of it that failed in a row; `trouble` is the last reason.
    """

    position = models.IntegerField(default=0)
    name = models.TextField()
    kind = models.TextField(choices=RuleKind.choices, default=RuleKind.TRIGGER)
    when = models.JSONField(default=dict)
    conditions = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    stops = models.BooleanField(default=False)
    is_active = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    switched_at = models.DateTimeField(null=True)
    switched_by = models.TextField(blank=True, default="")
    removed_at = models.DateTimeField(null=True)
    swept_to = models.DateTimeField(null=True)
    swept_id = models.BigIntegerField(default=0)
    heard_to = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    trouble = models.TextField(blank=True, default="")
    troubled_at = models.DateTimeField(null=True)
    secret = models.TextField(blank=True, default="")
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["position", "id"], name="rule_order", condition=Q(removed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_trigger(self) -> bool:
        return self.kind == RuleKind.TRIGGER

    @property
    def secret_place(self) -> str:
        """Where the key of its webhooks is bound to."""
        return f"rule:{self.pk}:webhook"


class RuleVersion(models.Model):
    """A rule as it was, kept so that "why" shows the one that ran. `what` says what was changed."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="versions")
    version = models.IntegerField()
    data = models.JSONField()
    what = models.TextField(blank=True, default="")
    by = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "version"], name="rule_version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} version {self.version}"


class RunState(models.TextChoices):
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"
    FAILED = "failed", "Failed"


class Run(models.Model):
    """One time that a rule fitted a ticket: why, and what it did or why it did not.

    `entry_id` is the fact that caused it (0 for time); `due` is what the ticket was due for, so
    that an automation acts once until that changes. `because` are the conditions that fitted, with
    the values found; `did` are sentences.
    """

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="runs", db_index=False)
    version = models.IntegerField()
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", db_index=False)
    entry_id = models.BigIntegerField(default=0)
    due = models.TextField(blank=True, default="")
    state = models.TextField(choices=RunState.choices, default=RunState.DONE)
    reason = models.TextField(blank=True, default="")
    because = models.JSONField(default=list)
    did = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["rule", "-at"], name="run_rule_at"),
            models.Index(fields=["ticket", "-id"], name="run_ticket"),
            models.Index(fields=["at"], name="run_at"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rule", "ticket", "entry_id", "due"], name="run_once_for_its_cause"
            )
        ]

    def __str__(self) -> str:
        return f"Rule {self.rule_id} on ticket {self.ticket_id}: {self.state}"


class Delivery(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DONE = "done", "Delivered"
    FAILED = "failed", "Not delivered"


class WebhookCall(models.Model):
    """One call to a server of somebody's own, as it was decided; tried until it is taken."""

    public_id = models.TextField(unique=True, default=public_id)
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="calls")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    url = models.TextField()
    body = models.TextField()
    state = models.TextField(choices=Delivery.choices, default=Delivery.WAITING)
    attempts = models.SmallIntegerField(default=0)
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Webhook {self.public_id}"


class Template(models.Model):
    """A text in several languages: `texts` by language code, each with subject and text."""

    name = models.TextField()
    texts = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by = models.TextField(blank=True, default="")
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="template_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Scope(models.TextChoices):
    PERSONAL = "personal", "Only me"
    TEAM = "team", "A team"
    ALL = "all", "Everybody"


class Macro(models.Model):
    """A reply and steps that an agent applies with one key. `texts` are by language code.

    `then` is the status that the reply leaves the ticket in; "" leaves that to the agent.
    """

    name = models.TextField()
    scope = models.TextField(choices=Scope.choices, default=Scope.PERSONAL)
    owner = models.ForeignKey(Agent, models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    texts = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    then = models.TextField(blank=True, default="")
    uses = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="macro_is_somebodys",
                condition=Q(scope=Scope.ALL)
                | Q(scope=Scope.TEAM, team__isnull=False)
                | Q(scope=Scope.PERSONAL, owner__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Sequence(models.Model):
    """What follows a resolution: `steps` of mails and tasks, each with the hours to wait before."""

    name = models.TextField()
    steps = models.JSONField(default=list)
    changed_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="sequence_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Following(models.Model):
    """A sequence on a ticket: `step` comes next, at `due_at`; None when it has ended."""

    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="followings")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    step = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    started_by = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True, default="")
    did = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="following_due", condition=~Q(due_at=None)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sequence", "ticket"],
                name="following_once_at_a_time",
                condition=~Q(due_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"Sequence {self.sequence_id} on ticket {self.ticket_id}"


class CloseWarning(models.Model):
    """A customer was told that their solved ticket will be closed; for one solving of it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    solved_at = models.DateTimeField()
    at = models.DateTimeField()
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "solved_at"], name="close_warning_once")
        ]

    def __str__(self) -> str:
        return f"Closing of ticket {self.ticket_id} is near"
