"""Between the form of a mailbox and channels.mailboxes, both ways."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from foredesk.channels import oauth, providers
from foredesk.desk.settings.mailbox_form import MailboxForm


def values_of(form: MailboxForm, *, at: datetime, is_new: bool) -> dict[str, Any]:
    """What channels.mailboxes takes: an empty password keeps the old one, a road that is not
    used forgets its own."""
    given = dict(form.cleaned_data)
    receive, send, since = given.pop("receive"), given.pop("send"), given.pop("since")
    for one in providers.all_providers().values():
        for field in one.fields:
            given.pop(f"{one.name}_{field.name}", None)
    given["team"] = int(given["team"]) if given["team"] else None
    if "brand" in given:
        given["brand"] = int(given["brand"]) if given["brand"] else None
    fetch, user = given.pop("oauth_fetch") or "imap", given.pop("oauth_user")
    sign_in = next(iter(form.sign_ins()), "")
    given["oauth_provider"] = sign_in
    for road in ("imap", "pop3", "smtp"):
        given[f"{road}_sign_in"] = "password"
    if receive in oauth.PROVIDERS:
        given |= _server(form, fetch, receive, user)
        receive = fetch
    given |= _provider(form, receive, send)
    if send in oauth.PROVIDERS:
        given |= _server(form, "smtp", send, user)
        send = "smtp"
    if sign_in:
        given["oauth_client_secret"] = given["oauth_client_secret"] or None
    else:
        given |= {"oauth_client_id": "", "oauth_client_secret": "", "oauth_tenant": ""}
        given["oauth_secret_until"] = None
    for road in ("imap", "pop3", "smtp"):
        if road in (receive, send):
            if given[f"{road}_sign_in"] == "password":
                given[f"{road}_password"] = given[f"{road}_password"] or None
        else:
            for name in [name for name in given if name.startswith(f"{road}_")]:
                if name != f"{road}_sign_in":
                    del given[name]
            given |= {f"{road}_host": "", f"{road}_user": "", f"{road}_password": ""}
    if receive != "imap":
        for name in ("after_fetch", "after_fetch_folder"):
            given.pop(name, None)
    day = given.pop("since_date")
    if is_new:
        first = datetime.combine(day, time.min, tzinfo=UTC) if day else at
        starts = {"now": at, "month": at - timedelta(days=30), "date": first, "all": None}
        given["fetch_since"] = starts.get(since, at)
    return given


def _provider(form: MailboxForm, receive: str, send: str) -> dict[str, Any]:
    """The provider with its keys, and nothing of the others."""
    given = form.cleaned_data
    name = given.get("provider") or ""
    used = {"provider_in": receive == "provider", "provider_out": send == "provider"}
    if not any(used.values()) or name not in providers.all_providers():
        return {**used, "provider": name}
    fields = providers.provider(name).fields
    keys = {one.name: given.get(f"{name}_{one.name}", "") for one in fields}
    return {**used, "provider": name, "provider_keys": keys}


def _server(form: MailboxForm, protocol: str, provider: str, user: str) -> dict[str, Any]:
    """The provider's own server, without a password."""
    server = getattr(oauth.PROVIDERS[provider], protocol)
    return {
        f"{protocol}_host": server.host,
        f"{protocol}_port": server.port,
        f"{protocol}_security": server.security,
        f"{protocol}_user": user or form.cleaned_data["address"],
        f"{protocol}_password": "",
        f"{protocol}_sign_in": "oauth",
    }


def initial_of(mailbox: Any) -> dict[str, Any]:
    """What the form shows for a mailbox; never its passwords."""
    same = (
        "address", "name", "from_name", "signature_html", "pop3_deletes",
        "oauth_client_id", "oauth_tenant", "oauth_secret_until",
    )  # fmt: skip
    shown = {name: getattr(mailbox, name) for name in same}
    for road in ("imap", "pop3", "smtp"):
        if getattr(mailbox, f"{road}_sign_in") == "oauth":
            continue
        for name in (f"{road}_host", f"{road}_port", f"{road}_security", f"{road}_user"):
            shown[name] = getattr(mailbox, name)
    return shown | {
        "acknowledges": mailbox.acknowledges,
        "acknowledgement_text": mailbox.acknowledgement_text,
        "more_addresses": ", ".join(mailbox.more_addresses),
        "trusted_servers": ", ".join(mailbox.trusted_servers),
        "team": str(mailbox.team_id or ""),
        "brand": str(mailbox.brand_id or ""),
        "plus_tags": ", ".join(mailbox.plus_tags),
        "plus_tags_known": mailbox.plus_tags_known,
        "receive": _receive_of(mailbox),
        "send": _send_of(mailbox),
        "identities": "\n".join(
            f"{one['name']} <{one['address']}>" if one["address"] else one["name"]
            for one in mailbox.identities
        ),
        "provider": mailbox.provider,
        **{f"{mailbox.provider}_{name}": v for name, v in mailbox.provider_settings.items()},
        "oauth_fetch": "pop3" if mailbox.pop3_host else "imap",
        "oauth_user": mailbox.oauth_user if mailbox.oauth_user != mailbox.address else "",
        "imap_folder": mailbox.imap_folder,
        "after_fetch": mailbox.after_fetch,
        "after_fetch_folder": mailbox.after_fetch_folder,
    }


def _receive_of(mailbox: Any) -> str:
    road = "imap" if mailbox.imap_host else "pop3" if mailbox.pop3_host else ""
    if not road:
        return "provider" if mailbox.provider_in else "intake"
    return mailbox.oauth_provider if getattr(mailbox, f"{road}_sign_in") == "oauth" else road


def _send_of(mailbox: Any) -> str:
    if not mailbox.smtp_host:
        return "provider" if mailbox.provider_out else "keep"
    return mailbox.oauth_provider if mailbox.smtp_sign_in == "oauth" else "smtp"
