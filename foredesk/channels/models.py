"""Tables of the wire."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from foredesk.files.models import Blob
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


FETCHED = ~Q(imap_host="", pop3_host="")
"""The mailboxes whose mail is fetched, be they on or off."""


class Collected(models.Model):
    """A mail that lies on a POP3 server and was seen, by its unique id (UIDL).

    `is_kept` says that its bytes are safely here, so that it may be deleted there.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="+", db_index=False)
    uidl = models.TextField()
    is_kept = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "collected"
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uidl"], name="collected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.uidl} of mailbox {self.mailbox_id}"


SENDS = ~Q(smtp_host="", provider_out=False)
"""The mailboxes whose mail leaves the house, be they on or off."""


class HookCall(models.Model):
    """A call of a provider's webhook that was taken, by its own id, so that it counts once."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="+", db_index=False)
    key = models.TextField()
    body = models.TextField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "key"], name="hookcall_once")]

    def __str__(self) -> str:
        return f"Call {self.key} of mailbox {self.mailbox_id}"


class EnvelopeState(models.TextChoices):
    RECEIVED = "received", "Waiting to be opened"
    OPENED = "opened", "In a ticket"
    IGNORED = "ignored", "Ignored"
    UNREADABLE = "unreadable", "Could not be read"
    SUSPENDED = "suspended", "Suspended"


class Envelope(models.Model):
    """What arrived, byte for byte, once: `fingerprint` is the same for the same mail.

    `blob` is None when the far side could not hand the bytes over. `peer` is the address of the
    server that handed it to the intake, `helo` the name that it gave. `author` and `subject` are
    kept of what was set aside. After `recovered_at`, when a person let it in, nothing suspends it.
    """

    kind = models.TextField()
    mailbox = models.ForeignKey(Mailbox, models.SET_NULL, null=True, related_name="+")
    road = models.TextField()
    fingerprint = models.TextField()
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+", db_index=False)
    mail_from = models.TextField(blank=True, default="")
    rcpt_to = ArrayField(models.TextField(), default=list)
    peer = models.TextField(blank=True, default="")
    helo = models.TextField(blank=True, default="")
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    state = models.TextField(choices=EnvelopeState.choices, default=EnvelopeState.RECEIVED)
    reason = models.TextField(blank=True, default="")
    attempts = models.SmallIntegerField(default=0)
    message_id = models.BigIntegerField(null=True)
    author = models.TextField(blank=True, default="")
    subject = models.TextField(blank=True, default="")
    recovered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "fingerprint"], name="envelope_once"),
        ]
        indexes = [
            models.Index(
                fields=["received_at"], name="envelope_waiting", condition=Q(state="received")
            ),
            models.Index(
                fields=["-id"],
                name="envelope_set_aside",
                condition=Q(state__in=("unreadable", "suspended", "ignored")),
            ),
        ]

    def __str__(self) -> str:
        return f"Envelope {self.pk} ({self.kind}, {self.state})"


class SenderRule(models.Model):
    """An address or a whole domain (`shop.example`) whose mail is always or never let in."""

    value = models.TextField(unique=True)
    is_allowed = models.BooleanField()
    note = models.TextField(blank=True, default="")
    by_name = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{'Allow' if self.is_allowed else 'Block'} {self.value}"


class DispatchState(models.TextChoices):
    TRYING = "trying", "Being sent"
    KEPT = "kept", "Kept here"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not delivered"
    UNKNOWN = "unknown", "May have been sent"


class Dispatch(models.Model):
    """One mail on its way out, and the evidence of what became of it.

    `handed_over_at` is committed right before the dot that ends DATA: from that moment on the far
    side may have the mail. `attempts` counts the tries and fences off one that was given up for
    dead; `job_id` is the job of the last try. `transcript` holds the talk with the far side. `key`
    names what must be sent once, where that is no message of a ticket.
    """

    purpose = models.TextField(default="reply")
    key = models.TextField(blank=True, default="")
    message_id = models.BigIntegerField(null=True)
    ticket_id = models.BigIntegerField(null=True)
    mailbox = models.ForeignKey(Mailbox, models.SET_NULL, null=True, related_name="+")
    mail_from = models.TextField(blank=True, default="")
    to = ArrayField(models.TextField(), default=list)
    subject = models.TextField(blank=True, default="")
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.TextField(choices=DispatchState.choices, default=DispatchState.TRYING)
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    started_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    job_id = models.BigIntegerField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    transcript = models.TextField(blank=True, default="")
    provider_id = models.TextField(blank=True, default="")
    delivered_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "dispatches"
        constraints = [
            models.UniqueConstraint(
                fields=["message_id"],
                name="dispatch_one_per_message",
                condition=Q(message_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["key"], name="dispatch_one_per_key", condition=~Q(key="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider_id"], name="dispatch_by_provider", condition=~Q(provider_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"Dispatch {self.pk} ({self.state})"


class AutomaticMail(models.Model):
    """One mail that a machine of ours wrote to somebody outside, or was kept from writing.

    `held_by` is "" for one that went, else the brake that held it: address or desk. Rows live for
    two days: this is what the brakes count.
    """

    address = models.TextField()
    purpose = models.TextField()
    ticket_id = models.BigIntegerField(null=True)
    held_by = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["address", "at"], name="automatic_address"),
            models.Index(fields=["at"], name="automatic_sent", condition=Q(held_by="")),
            models.Index(fields=["at"], name="automatic_held", condition=~Q(held_by="")),
        ]

    def __str__(self) -> str:
        return f"Automatic mail to {self.address}"


class SpamWord(models.Model):
    """In how many lessons of each kind a word occurred; the empty word counts the lessons."""

    word = models.TextField(primary_key=True)
    spam = models.IntegerField(default=0)
    ham = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.word


class SpamLesson(models.Model):
    """What the team said about a message, so that it is counted once and can be taken back."""

    message_id = models.BigIntegerField(primary_key=True)
    is_spam = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.message_id}: {'spam' if self.is_spam else 'no spam'}"


class Heartbeat(models.Model):
    """A long-running part says that it lives; `detail` says what it does."""

    name = models.TextField(primary_key=True)
    at = models.DateTimeField()
    detail = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.name
