"""Mailboxes: where mail is fetched and by what it leaves, with the consent of their owners."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from foredesk.people.models import Brand, Team
from foredesk.plumbing import crypto

INTERVAL = 60  # seconds of silence after which a mailbox is looked at again


class Security(models.TextChoices):
    SSL = "ssl", "TLS from the start"
    STARTTLS = "starttls", "STARTTLS"
    NONE = "none", "Not encrypted"


class SignIn(models.TextChoices):
    PASSWORD = "password", "With a password"
    OAUTH = "oauth", "By Google's or Microsoft's sign-in (XOAUTH2)"


class AfterFetch(models.TextChoices):
    LEAVE = "leave", "Leave it as it is"
    SEEN = "seen", "Mark it as read"
    MOVE = "move", "Move it to a folder"
    DELETE = "delete", "Delete it"


class Mailbox(models.Model):
    """An address that customers write to, and the servers that bring and take its mail.

    Its mail is fetched from `imap_host` or `pop3_host`; without both it comes by the SMTP intake.
    Without `smtp_host` what it sends is kept. `uidvalidity` and `last_uid` are the IMAP cursor
    (RFC 3501, 2.3.1.1); the one of POP3 are the rows of Collected.
    `trusted_servers` are the names (authserv-id, RFC 8601) of mail servers whose verdict on a
    sender is believed; without any, trusting.py says which are.
    What it does not say of itself (`from_name`, `signature_html`), its brand says; None is the
    organisation itself. Mail to `local+tag@…` puts the tag on its ticket when it is among
    `plus_tags`, or, with `plus_tags_known`, when a ticket has it already.
    """

    name = models.TextField()
    address = models.TextField()
    more_addresses = ArrayField(models.TextField(), default=list, blank=True)
    from_name = models.TextField(blank=True, default="")
    signature_html = models.TextField(blank=True, default="")
    identities = models.JSONField(default=list, blank=True)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    plus_tags = ArrayField(models.TextField(), default=list, blank=True)
    plus_tags_known = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)
    acknowledges = models.BooleanField(default=False)
    acknowledgement_text = models.TextField(blank=True, default="")
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    imap_host = models.TextField(blank=True, default="")
    imap_port = models.IntegerField(default=993)
    imap_security = models.TextField(choices=Security.choices, default=Security.SSL)
    imap_user = models.TextField(blank=True, default="")
    imap_secret = models.TextField(blank=True, default="")
    imap_sign_in = models.TextField(choices=SignIn.choices, default=SignIn.PASSWORD)
    imap_folder = models.TextField(default="INBOX")
    after_fetch = models.TextField(choices=AfterFetch.choices, default=AfterFetch.LEAVE)
    after_fetch_folder = models.TextField(blank=True, default="")
    fetch_since = models.DateTimeField(null=True)
    pop3_host = models.TextField(blank=True, default="")
    pop3_port = models.IntegerField(default=995)
    pop3_security = models.TextField(choices=Security.choices, default=Security.SSL)
    pop3_user = models.TextField(blank=True, default="")
    pop3_secret = models.TextField(blank=True, default="")
    pop3_sign_in = models.TextField(choices=SignIn.choices, default=SignIn.PASSWORD)
    pop3_deletes = models.BooleanField(default=False)
    pop3_begun_at = models.DateTimeField(null=True)
    uidvalidity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    import_total = models.IntegerField(null=True)
    import_done = models.IntegerField(default=0)
    import_began_at = models.DateTimeField(null=True)
    import_ended_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    leased_by = models.TextField(blank=True, default="")
    last_fetch_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")
    trusted_servers = ArrayField(models.TextField(), default=list, blank=True)

    smtp_host = models.TextField(blank=True, default="")
    smtp_port = models.IntegerField(default=587)
    smtp_security = models.TextField(choices=Security.choices, default=Security.STARTTLS)
    smtp_user = models.TextField(blank=True, default="")
    smtp_secret = models.TextField(blank=True, default="")
    smtp_sign_in = models.TextField(choices=SignIn.choices, default=SignIn.PASSWORD)
    last_sent_at = models.DateTimeField(null=True)
    send_failing_since = models.DateTimeField(null=True)
    send_retry_at = models.DateTimeField(null=True)
    send_error = models.TextField(blank=True, default="")

    oauth_provider = models.TextField(blank=True, default="")
    oauth_client_id = models.TextField(blank=True, default="")
    oauth_secret = models.TextField(blank=True, default="")
    oauth_secret_until = models.DateField(null=True)
    oauth_tenant = models.TextField(blank=True, default="")

    provider = models.TextField(blank=True, default="")
    provider_in = models.BooleanField(default=False)
    provider_out = models.BooleanField(default=False)
    provider_settings = models.JSONField(default=dict, blank=True)
    provider_secret = models.TextField(blank=True, default="")
    hook_digest = models.TextField(null=True)  # noqa: DJ001  (unique, and absent for most)
    hook_secret = models.TextField(blank=True, default="")
    last_hook_at = models.DateTimeField(null=True)

    dkim_selector = models.TextField(blank=True, default="")
    dkim_public = models.TextField(blank=True, default="")
    dkim_secret = models.TextField(blank=True, default="")
    dkim_seen_at = models.DateTimeField(null=True)
    domain_findings = models.JSONField(default=list, blank=True)
    domain_checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("address"), name="mailbox_address_unique"),
            models.UniqueConstraint(fields=["hook_digest"], name="mailbox_hook_unique"),
            models.UniqueConstraint(
                fields=["is_default"], name="mailbox_one_default", condition=Q(is_default=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"

    @property
    def addresses(self) -> list[str]:
        """All its addresses, lower case, the main one first."""
        return [self.address.lower(), *(other.lower() for other in self.more_addresses)]

    @property
    def is_polled(self) -> bool:
        return self.is_active and bool(self.fetch_host)

    @property
    def fetch_host(self) -> str:
        """The server that its mail is fetched from, or "" when nothing is fetched."""
        return self.imap_host or self.pop3_host

    @property
    def can_send(self) -> bool:
        return self.is_active and bool(self.smtp_host or self.provider_out)

    @property
    def is_importing(self) -> bool:
        """Whether the mail that lay there at first is still being taken in."""
        return bool(self.import_total) and self.import_ended_at is None

    @property
    def uses_oauth(self) -> bool:
        """Whether it signs in at Google or Microsoft, in either direction."""
        roads = (
            (self.fetch_host, self.imap_sign_in if self.imap_host else self.pop3_sign_in),
            (self.smtp_host, self.smtp_sign_in),
        )
        return any(host and sign_in == SignIn.OAUTH for host, sign_in in roads)

    @property
    def oauth_user(self) -> str:
        """The account that signs in at Google or Microsoft."""
        return self.imap_user or self.pop3_user or self.smtp_user or self.address

    def imap_password(self) -> str:
        """The password in the clear. Raises crypto.UnreadableSecret."""
        return crypto.unseal(self.imap_secret, place=self.place_of("imap"))

    def pop3_password(self) -> str:
        """The password in the clear. Raises crypto.UnreadableSecret."""
        return crypto.unseal(self.pop3_secret, place=self.place_of("pop3"))

    def smtp_password(self) -> str:
        """The password in the clear. Raises crypto.UnreadableSecret."""
        return crypto.unseal(self.smtp_secret, place=self.place_of("smtp"))

    def place_of(self, protocol: str) -> str:
        """The place that this mailbox's secret is bound to."""
        return f"mailbox:{self.pk}:{protocol}"


FETCHED = ~Q(imap_host="", pop3_host="")
"""The mailboxes whose mail is fetched, be they on or off."""

SENDS = ~Q(smtp_host="", provider_out=False)
"""The mailboxes whose mail leaves the house, be they on or off."""


class Consent(models.Model):
    """What the owner of a mailbox allowed us at Google or Microsoft; its tokens are sealed.

    `renew_at` lies half-way to `access_until`; `until` is the end of the consent itself where the
    provider tells it. `is_lost`: only a person can sign in anew.
    """

    mailbox = models.OneToOneField(Mailbox, models.CASCADE, related_name="consent")
    account = models.TextField(blank=True, default="")
    refresh_secret = models.TextField(blank=True, default="")
    access_secret = models.TextField(blank=True, default="")
    granted_at = models.DateTimeField()
    refreshed_at = models.DateTimeField(null=True)
    access_until = models.DateTimeField()
    renew_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    is_lost = models.BooleanField(default=False)
    error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"Consent of mailbox {self.mailbox_id}"
