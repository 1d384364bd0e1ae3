"""The form of a mailbox: who it is, how it hears, how it speaks."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foredesk.channels.mailboxes import InvalidMailbox
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
    ("all", gettext_lazy("All of it")),
)
RECEIVE = (
    ("imap", gettext_lazy("Fetch it from a mail server (IMAP)")),
    ("intake", gettext_lazy("It is forwarded to this desk")),
)
SEND = (
    ("smtp", gettext_lazy("Send by a mail server (SMTP)")),
    ("keep", gettext_lazy("Keep answers here for now")),
)


def _teams() -> list[tuple[str, str]]:
    return [("", _("No team")), *((str(team.pk), team.name) for team in people.teams())]


def _secret(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


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
    from_name = forms.CharField(
        label=gettext_lazy("Name that customers see"),
        required=False,
        max_length=150,
        initial="{agent} at {workspace}",
    )
    signature_html = forms.CharField(
        label=gettext_lazy("Signature"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Goes under every answer, below the agent's own."),
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
    since = forms.ChoiceField(
        label=gettext_lazy("Mail that lies there already"),
        required=False,
        choices=SINCE,
        initial="now",
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

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("receive") == "imap" and not given.get("imap_host"):
            self.add_error("imap_host", _("Say which server holds the mail."))
        if given.get("send") == "smtp" and not given.get("smtp_host"):
            self.add_error("smtp_host", _("Say which server takes the mail."))
        return given

    def values(self, *, at: datetime, is_new: bool) -> dict[str, Any]:
        """What channels.mailboxes takes: an empty password keeps the old one, a road that is not
        used forgets its own."""
        given = dict(self.cleaned_data)
        receive, send, since = given.pop("receive"), given.pop("send"), given.pop("since")
        given["team"] = int(given["team"]) if given["team"] else None
        for road, is_used in (("imap", receive == "imap"), ("smtp", send == "smtp")):
            if is_used:
                given[f"{road}_password"] = given[f"{road}_password"] or None
            else:
                for name in [name for name in given if name.startswith(f"{road}_")]:
                    del given[name]
                given |= {f"{road}_host": "", f"{road}_user": "", f"{road}_password": ""}
        if receive != "imap":
            for name in ("after_fetch", "after_fetch_folder"):
                given.pop(name, None)
        if is_new:
            starts = {"now": at, "month": at - timedelta(days=30), "all": None}
            given["fetch_since"] = starts.get(since, at)
        return given

    def refuse(self, why: InvalidMailbox) -> None:
        """Show what the ability refused at the field that it is about."""
        for name, sentence in why.errors.items():
            self.add_error(name if name in self.fields else None, sentence)


def initial_of(mailbox: Any) -> dict[str, Any]:
    """What the form shows for a mailbox; never its passwords."""
    same = ("address", "name", "from_name", "signature_html", "imap_user", "smtp_user")
    shown = {name: getattr(mailbox, name) for name in same}
    for road in ("imap", "smtp"):
        for name in (f"{road}_host", f"{road}_port", f"{road}_security"):
            shown[name] = getattr(mailbox, name)
    return shown | {
        "more_addresses": ", ".join(mailbox.more_addresses),
        "trusted_servers": ", ".join(mailbox.trusted_servers),
        "team": str(mailbox.team_id or ""),
        "receive": "imap" if mailbox.imap_host else "intake",
        "send": "smtp" if mailbox.smtp_host else "keep",
        "imap_folder": mailbox.imap_folder,
        "after_fetch": mailbox.after_fetch,
        "after_fetch_folder": mailbox.after_fetch_folder,
    }
