"""The form of a mailbox: who it is, how it hears, how it speaks."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foredesk.channels import oauth, providers
from foredesk.channels.checking_mailboxes import InvalidMailbox
from foredesk.people import queries as people

SECURITY = (
    ("ssl", gettext_lazy("TLS from the start")),
    ("starttls", gettext_lazy("STARTTLS")),
    ("none", gettext_lazy("Not encrypted")),
)
AFTER = (
    ("leave", gettext_lazy("Leave it as it is")),
    ("seen", gettext_lazy("Mark it as read")),
    ("move", gettext_lazy("Move it to a folder")),
    ("delete", gettext_lazy("Delete it")),
)
SINCE = (
    ("now", gettext_lazy("Only mail that arrives from now on")),
    ("month", gettext_lazy("Mail of the last 30 days too")),
    ("date", gettext_lazy("Mail since a date")),
    ("all", gettext_lazy("All of it")),
)
RECEIVE = (
    ("imap", gettext_lazy("Mail server (IMAP)")),
    ("google", gettext_lazy("Google Workspace or Gmail")),
    ("microsoft", gettext_lazy("Microsoft 365 or Outlook")),
    ("provider", gettext_lazy("Mail provider (webhook)")),
    ("pop3", gettext_lazy("Mail server (POP3)")),
    ("intake", gettext_lazy("Forwarded to this desk")),
)
SEND = (
    ("smtp", gettext_lazy("Mail server (SMTP)")),
    ("google", gettext_lazy("Google Workspace or Gmail")),
    ("microsoft", gettext_lazy("Microsoft 365 or Outlook")),
    ("provider", gettext_lazy("Mail provider (API)")),
    ("keep", gettext_lazy("Keep answers here for now")),
)
SECRETS = ("imap_password", "pop3_password", "smtp_password", "oauth_client_secret")
PROTOCOLS = (("imap", gettext_lazy("IMAP")), ("pop3", gettext_lazy("POP3")))


def _teams() -> list[tuple[str, str]]:
    return [("", _("No team")), *((str(team.pk), team.name) for team in people.teams())]


def _brands() -> list[tuple[str, str]]:
    return [(str(one.id or ""), one.name) for one in people.brands() if not one.is_set_aside]


def _secret(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _providers() -> list[tuple[str, str]]:
    found = providers.all_providers().values()
    return [(one.name, one.label) for one in sorted(found, key=lambda one: one.label)]


def _provider_field(field: Any) -> forms.Field:
    """The form's field for one that a provider names; what is needed is checked by the ability."""
    if field.is_secret:
        made: forms.Field = _secret(field.label)
    elif field.options:
        made = forms.ChoiceField(label=field.label, required=False, choices=field.options)
    else:
        made = forms.CharField(label=field.label, required=False, max_length=2000)
    made.help_text = field.hint
    return made


class MailboxForm(forms.Form):
    """Field names are those of channels.mailboxes, besides `receive`, `send` and `since`."""

    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=254,
        help_text=gettext_lazy("Customers write to it, and answers come from it."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    more_addresses = forms.CharField(
        label=gettext_lazy("Other addresses"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("That lead to the same mailbox, separated by commas."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("What you call it here."),
    )
    team = forms.ChoiceField(
        label=gettext_lazy("New tickets go to"), required=False, choices=lazy(_teams, list)
    )
    brand = forms.ChoiceField(
        label=gettext_lazy("Brand"),
        required=False,
        choices=lazy(_brands, list),
        help_text=gettext_lazy("Its tickets belong to it. Open ones follow when you change it."),
    )
    plus_tags = forms.CharField(
        label=gettext_lazy("Allowed tags"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "refund, warranty"}),
        help_text=gettext_lazy(
            "Mail to your-name+refund@ gets the tag refund, when it is among these."
        ),
    )
    plus_tags_known = forms.BooleanField(
        label=gettext_lazy("And every tag that a ticket has already"), required=False
    )
    from_name = forms.CharField(
        label=gettext_lazy("Name that customers see"), required=False, max_length=150
    )
    signature_html = forms.CharField(
        label=gettext_lazy("Signature"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Goes under every answer, below the agent's own."),
    )
    identities = forms.CharField(
        label=gettext_lazy("Other senders to choose from"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "{workspace} Billing"}),
        help_text=gettext_lazy(
            "One a line, as a name or as Name <address>; agents choose one in the composer."
        ),
    )
    acknowledges = forms.BooleanField(
        label=gettext_lazy("Acknowledge new tickets"),
        required=False,
        help_text=gettext_lazy(
            "At most one mail a day to an address that has not proven itself, none to machines."
        ),
    )
    acknowledgement_text = forms.CharField(
        label=gettext_lazy("Words of the acknowledgement"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    receive = forms.ChoiceField(
        label=gettext_lazy("How mail comes in"), choices=RECEIVE, initial="imap"
    )
    imap_host = forms.CharField(label=gettext_lazy("Server"), required=False, max_length=253)
    imap_port = forms.CharField(
        label=gettext_lazy("Port"), required=False, initial="993", max_length=5
    )
    imap_security = forms.ChoiceField(
        label=gettext_lazy("Security"), required=False, choices=SECURITY, initial="ssl"
    )
    imap_user = forms.CharField(label=gettext_lazy("User name"), required=False, max_length=254)
    imap_password = _secret(gettext_lazy("Password"))
    imap_folder = forms.CharField(
        label=gettext_lazy("Folder"), required=False, initial="INBOX", max_length=255
    )
    pop3_host = forms.CharField(label=gettext_lazy("Server"), required=False, max_length=253)
    pop3_port = forms.CharField(
        label=gettext_lazy("Port"), required=False, initial="995", max_length=5
    )
    pop3_security = forms.ChoiceField(
        label=gettext_lazy("Security"), required=False, choices=SECURITY, initial="ssl"
    )
    pop3_user = forms.CharField(label=gettext_lazy("User name"), required=False, max_length=254)
    pop3_password = _secret(gettext_lazy("Password"))
    pop3_deletes = forms.BooleanField(
        label=gettext_lazy("Delete mail there once it is safely here"), required=False
    )
    since = forms.ChoiceField(
        label=gettext_lazy("Mail that lies there already"),
        required=False,
        choices=SINCE,
        initial="now",
    )
    since_date = forms.DateField(
        label=gettext_lazy("Since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    after_fetch = forms.ChoiceField(
        label=gettext_lazy("After fetching"), required=False, choices=AFTER, initial="leave"
    )
    after_fetch_folder = forms.CharField(
        label=gettext_lazy("Folder to move it to"), required=False, max_length=255
    )
    trusted_servers = forms.CharField(
        label=gettext_lazy("Mail servers that vouch for senders"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy(
            "The name with which your own mail server signs Authentication-Results, such as "
            "mx.example.org; separated by commas. It must remove such lines from mail of others. "
            "Empty: large providers are known by name, everything else is checked here."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    send = forms.ChoiceField(label=gettext_lazy("How answers go out"), choices=SEND, initial="smtp")
    smtp_host = forms.CharField(label=gettext_lazy("Server"), required=False, max_length=253)
    smtp_port = forms.CharField(
        label=gettext_lazy("Port"), required=False, initial="587", max_length=5
    )
    smtp_security = forms.ChoiceField(
        label=gettext_lazy("Security"), required=False, choices=SECURITY, initial="starttls"
    )
    smtp_user = forms.CharField(
        label=gettext_lazy("User name"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Empty when the server asks for none."),
    )
    smtp_password = _secret(gettext_lazy("Password"))

    oauth_fetch = forms.ChoiceField(
        label=gettext_lazy("Fetched by"), required=False, choices=PROTOCOLS, initial="imap"
    )
    oauth_user = forms.CharField(
        label=gettext_lazy("Account"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Whose mailbox it is. Empty: the address above."),
    )
    oauth_client_id = forms.CharField(
        label=gettext_lazy("Client id"), required=False, max_length=300
    )
    oauth_client_secret = _secret(gettext_lazy("Client secret"))
    oauth_secret_until = forms.DateField(
        label=gettext_lazy("Client secret valid until"),
        required=False,
        help_text=gettext_lazy("You are reminded two weeks before."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    oauth_tenant = forms.CharField(
        label=gettext_lazy("Tenant"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("The directory id or your domain. Empty: any account."),
    )

    provider = forms.ChoiceField(
        label=gettext_lazy("Provider"), required=False, choices=lazy(_providers, list)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in providers.all_providers().values():
            for field in one.fields:
                self.fields[f"{one.name}_{field.name}"] = _provider_field(field)

        if not people.brands_in_use():
            del self.fields["brand"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        receive = given.get("receive")
        if receive in ("imap", "pop3") and not given.get(f"{receive}_host"):
            self.add_error(f"{receive}_host", _("Say which server holds the mail."))
        if given.get("send") == "smtp" and not given.get("smtp_host"):
            self.add_error("smtp_host", _("Say which server takes the mail."))
        if given.get("since") == "date" and not given.get("since_date"):
            self.add_error("since_date", _("Say since when."))
        roads = self.sign_ins()
        if len(roads) > 1:
            self.add_error("send", _("One mailbox signs in at Google or at Microsoft, not both."))
        if roads and not given.get("oauth_client_id"):
            self.add_error("oauth_client_id", _("Enter the client id that they gave you."))
        return given

    def sign_ins(self) -> set[str]:
        """The providers at whom the mailbox signs in, as far as the form says so."""
        chosen = {self.cleaned_data.get("receive"), self.cleaned_data.get("send")}
        return {name for name in chosen if name in oauth.PROVIDERS}

    def refuse(self, why: InvalidMailbox) -> None:
        """Show what the ability refused at the field that it is about."""
        for name, sentence in why.errors.items():
            self.add_error(name if name in self.fields else None, sentence)
