"""Tables of people."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from foredesk.logbook.actors import Actor
from foredesk.plumbing.ids import public_id


class Role(models.TextChoices):
    ADMIN = "admin", "Admin"
    LEAD = "lead", "Lead"
    AGENT = "agent", "Agent"
    LIGHT = "light", "Light agent"


class Sees(models.TextChoices):
    EVERYTHING = "everything", "All tickets"
    TEAMS = "teams", "Tickets of their teams and without a team"


class CopiesJoin(models.TextChoices):
    NOBODY = "nobody", "Nobody"
    SAME_DOMAIN = "same_domain", "People of the requester's own mail domain"
    ANYBODY = "anybody", "Anybody"


class Team(models.Model):
    """A group of agents that tickets are routed to."""

    name = models.TextField(unique=True)
    icon = models.TextField(default="layers")
    created_at = models.DateTimeField(auto_now_add=True)
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    """A name under which the organisation also answers, with mailboxes of its own.

    The organisation itself is the first brand and has no row: what belongs to no brand is its own.
    `from_name` and `signature_html` are for mailboxes that have none; `language` is for automatic
    texts to customers who have none. Set aside, it keeps its tickets and gets no new ones.
    """

    name = models.TextField()
    short_name = models.TextField()
    from_name = models.TextField(blank=True, default="")
    signature_html = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="")
    hue = models.PositiveSmallIntegerField(default=1)
    set_aside_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="brand_name_unique"),
            models.UniqueConstraint(Lower("short_name"), name="brand_short_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class AgentManager(BaseUserManager["Agent"]):
    def get_by_natural_key(self, email: str | None) -> Agent:
        return self.get(email__iexact=email)


class Agent(AbstractBaseUser):
    """A member of staff. A light agent reads and writes notes, and never to customers."""

    email = models.EmailField()
    name = models.TextField()
    role = models.TextField(choices=Role.choices, default=Role.AGENT)
    sees = models.TextField(choices=Sees.choices, default=Sees.EVERYTHING)
    teams = models.ManyToManyField(Team, related_name="agents", blank=True)
    is_active = models.BooleanField(default=True)
    signature_html = models.TextField(blank=True, default="")
    language = models.TextField(default="en")
    time_zone = models.TextField(blank=True, default="")
    theme = models.TextField(default="system")
    density = models.TextField(default="comfortable")
    shortcuts_on = models.BooleanField(default=True)
    mail_on_assignment = models.BooleanField(default=True)
    mail_on_message = models.BooleanField(default=True)
    bell_on_assignment = models.BooleanField(default=True)
    bell_on_message = models.BooleanField(default=True)
    bell_on_promise = models.BooleanField(default=True)
    bell_on_rule = models.BooleanField(default=True)
    bell_on_rating = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    is_demo = models.BooleanField(default=False)

    objects: ClassVar[AgentManager] = AgentManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="agent_email_unique")]

    def __str__(self) -> str:
        return self.name

    def as_actor(self) -> Actor:
        return Actor("agent", self.pk, self.name)

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_light(self) -> bool:
        return self.role == Role.LIGHT


class Invitation(models.Model):
    """A one-time link with which an agent sets a first password. Only the token's hash is kept."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="invitations")
    token_hash = models.TextField(unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Invitation of {self.agent_id}"


class Organisation(models.Model):
    """A company that customers belong to."""

    public_id = models.TextField(unique=True, default=public_id)
    name = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A person who asks for help."""

    public_id = models.TextField(unique=True, default=public_id)
    name = models.TextField(blank=True, default="")
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="customers"
    )
    language = models.TextField(blank=True, default="")
    time_zone = models.TextField(blank=True, default="")
    notes = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name or f"Customer {self.pk}"

    def as_actor(self) -> Actor:
        return Actor("customer", self.pk, self.name)


class Identity(models.Model):
    """One address of a customer: mail, phone, a name in a messenger. `value` is normalised.

    `undeliverable_at`: mail to it came back for good, `undeliverable_reason` says why; it is
    forgotten when the customer writes from there again. `complained_at`: its provider said that
    mail of ours is unwanted there, so no machine of ours writes to it.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identities")
    kind = models.TextField(default="email")
    value = models.TextField()
    verified_at = models.DateTimeField(null=True)
    undeliverable_at = models.DateTimeField(null=True)
    undeliverable_reason = models.TextField(blank=True, default="")
    complained_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="identity_unique")]

    def __str__(self) -> str:
        return self.value


class Workspace(models.Model):
    """The one organisation that runs this desk; there is a single row.

    Solved tickets are closed after `close_after_days`; 0 leaves them solved. Their customers are
    told `close_warning_days` before; 0 tells nobody. `copies_join` says who
    takes part in a ticket when its verified requester puts them in copy. `from_name` and
    `signature_html` are for its own mailboxes that have none.
    """

    name = models.TextField(default="Foredesk")
    language = models.TextField(default="en")
    time_zone = models.TextField(default="UTC")
    from_name = models.TextField(blank=True, default="")
    signature_html = models.TextField(blank=True, default="")
    close_after_days = models.PositiveSmallIntegerField(default=28)
    close_warning_days = models.PositiveSmallIntegerField(default=0)
    copies_join = models.TextField(choices=CopiesJoin.choices, default=CopiesJoin.SAME_DOMAIN)
    set_up_at = models.DateTimeField(null=True)
    demo_loaded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
