"""Mailboxes: add, change, remove, choose the default one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from foredesk.channels import hooking, oauth, our_addresses, providers, queries, trusting
from foredesk.channels.events import MailboxAdded, MailboxChanged, MailboxRemoved
from foredesk.channels.models import AfterFetch, Collected, Consent, Mailbox, Security, SignIn
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.models import Team
from foredesk.people.permissions import must_administer
from foredesk.plumbing import crypto
from foredesk.plumbing.ids import public_id

FIELDS = (
    "name", "address", "more_addresses", "from_name", "signature_html", "identities", "team",
    "is_active", "acknowledges", "acknowledgement_text",
    "imap_host", "imap_port", "imap_security", "imap_user", "imap_password", "imap_sign_in",
    "imap_folder",
    "after_fetch", "after_fetch_folder", "fetch_since", "trusted_servers",
    "pop3_host", "pop3_port", "pop3_security", "pop3_user", "pop3_password", "pop3_sign_in",
    "pop3_deletes",
    "smtp_host", "smtp_port", "smtp_security", "smtp_user", "smtp_password", "smtp_sign_in",
    "oauth_provider", "oauth_client_id", "oauth_client_secret", "oauth_secret_until",
    "oauth_tenant",
    "provider", "provider_in", "provider_out", "provider_keys",
)  # fmt: skip
"""What `add` and `change` take. A password that is None stays as it is, "" forgets it."""

_SECRETS = {
    "imap_password": "imap_secret",
    "pop3_password": "pop3_secret",
    "smtp_password": "smtp_secret",
    "oauth_client_secret": "oauth_secret",
}
_UNSHOWN = (*_SECRETS, "provider_keys")
_CONSENT = ("oauth_provider", "oauth_client_id", "oauth_tenant")
_CURSOR = ("imap_host", "imap_user", "imap_folder", "pop3_host", "pop3_user")
_HOST = re.compile(r"[A-Za-z0-9_.:-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")


class InvalidMailbox(Exception):
    """Some fields can't be used; `errors` holds a sentence for each."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class MailboxInUse(Exception):
    """Tickets answer from this mailbox."""

    def __init__(self) -> None:
        super().__init__("Mail went through this mailbox. Switch it off instead of removing it.")


def add(*, by: Actor | Doer, at: datetime, **given: Any) -> Mailbox:
    """A new mailbox; the first one becomes the default.

    Records MailboxAdded. Raises NotAllowed, InvalidMailbox.
    """
    must_administer(by)
    with transaction.atomic():
        values = _checked(given, but=None)
        passwords = {name: values.pop(name, None) for name in _SECRETS}
        keys = values.pop("provider_keys", None)
        is_first = not Mailbox.objects.select_for_update().filter(is_default=True).exists()
        mailbox = Mailbox.objects.create(
            **values, is_default=is_first, created_at=at, changed_at=at
        )
        _seal(mailbox, passwords)
        _keep_keys(mailbox, keys)
        mailbox.save()
        fact = MailboxAdded(mailbox_id=mailbox.pk, name=mailbox.name, address=mailbox.address)
        recording.record(fact, by=by, at=at)
    our_addresses.forget()
    return mailbox


def change(mailbox: Mailbox, *, by: Actor | Doer, at: datetime, **given: Any) -> Mailbox:
    """Change the given fields; its poller takes them up within seconds.

    Records MailboxChanged with what changed, secrets masked, and nothing when nothing did. Raises
    NotAllowed, InvalidMailbox.
    """
    must_administer(by)
    with transaction.atomic():
        row = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
        values = _checked({**_present(row), **given}, but=row)
        passwords = {name: values.pop(name, None) for name in _SECRETS}
        keys = values.pop("provider_keys", None)
        if values["provider"] != row.provider:
            row.provider_settings, row.provider_secret = {}, ""
            row.hook_digest, row.hook_secret = None, ""
        before, after = {}, {}
        for name, value in values.items():
            if getattr(row, name) != value:
                before[name], after[name] = _shown(getattr(row, name)), _shown(value)
                setattr(row, name, value)
        for name in _seal(row, passwords):
            before[name], after[name] = "…", "… (new)"
        if _keep_keys(row, keys):
            before["provider_keys"], after["provider_keys"] = "…", "… (new)"
        if not after:
            return row
        if any(name in after for name in _CURSOR):
            row.uidvalidity, row.last_uid = None, 0
            row.pop3_begun_at = row.import_total = None
            row.import_began_at = row.import_ended_at = None
            Collected.objects.filter(mailbox=row).delete()
        if any(name.startswith(("smtp_", "oauth_", "provider")) for name in after):
            row.send_retry_at = None
        if any(name in after for name in _CONSENT) or not row.uses_oauth:
            Consent.objects.filter(mailbox=row).delete()
        if "address" in after:
            row.domain_findings, row.dkim_seen_at = [], None
        row.changed_at = at
        row.save()
        fact = MailboxChanged(mailbox_id=row.pk, name=row.name, before=before, after=after)
        recording.record(fact, by=by, at=at)
    our_addresses.forget()
    return row


def make_default(mailbox: Mailbox, *, by: Actor | Doer, at: datetime) -> None:
    """Mail that belongs to no mailbox comes to this one from now on. Records MailboxChanged."""
    must_administer(by)
    with transaction.atomic():
        row = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
        if row.is_default:
            return
        Mailbox.objects.filter(is_default=True).update(is_default=False)
        Mailbox.objects.filter(pk=row.pk).update(is_default=True)
        fact = MailboxChanged(
            mailbox_id=row.pk,
            name=row.name,
            before={"is_default": False},
            after={"is_default": True},
        )
        recording.record(fact, by=by, at=at)


def remove(mailbox: Mailbox, *, by: Actor | Doer, at: datetime) -> None:
    """Forget a mailbox that no mail went through, and its secrets; another becomes the default.

    Records MailboxRemoved. Raises NotAllowed, MailboxInUse.
    """
    must_administer(by)
    with transaction.atomic():
        row = Mailbox.objects.select_for_update(of=("self",)).filter(pk=mailbox.pk).first()
        if row is None:
            return
        if queries.is_used(row):
            raise MailboxInUse
        fact = MailboxRemoved(mailbox_id=row.pk, name=row.name, address=row.address)
        was_default = row.is_default
        row.delete()
        heir = Mailbox.objects.filter(is_active=True).order_by("pk").first()
        if was_default and heir is not None:
            Mailbox.objects.filter(pk=heir.pk).update(is_default=True)
        recording.record(fact, by=by, at=at)
    our_addresses.forget()


def _present(row: Mailbox) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS if name not in _UNSHOWN}


def _shown(value: Any) -> Any:
    if isinstance(value, Team):
        return value.name
    return value if isinstance(value, str | int | bool | list | None) else str(value)


def _seal(mailbox: Mailbox, passwords: Mapping[str, str | None]) -> list[str]:
    """Put new passwords in place; the names of those that changed."""
    changed = []
    for name, column in _SECRETS.items():
        password = passwords.get(name)
        if password is not None:
            place = mailbox.place_of(column.partition("_")[0])
            setattr(mailbox, column, crypto.seal(password, place=place))
            changed.append(name)
    return changed


def _keep_keys(mailbox: Mailbox, given: Mapping[str, str] | None) -> bool:
    """Put what the provider needs in place; an empty secret keeps the old one. Makes the webhook's
    address at first. Raises InvalidMailbox."""
    if not mailbox.provider:
        return False
    provider = providers.provider(mailbox.provider)
    old = hooking.keys_of(mailbox)
    new, errors = {}, {}
    for field in provider.fields:
        value = str((given or {}).get(field.name) or "").strip()[:2000]
        value = re.sub(r"[\x00-\x1f\x7f]", "", value)
        if not value and (field.is_secret or given is None):
            value = old.get(field.name, "")
        if not value and field.is_required:
            name = f"{provider.name}_{field.name}"
            errors[name] = f"{provider.label} needs this: {field.label.lower()}."
        if field.options and value not in [option for option, _ in field.options]:
            errors[f"{provider.name}_{field.name}"] = "Choose one of the list."
        new[field.name] = value
    if errors:
        raise InvalidMailbox(errors)
    secrets = {one.name: new[one.name] for one in provider.fields if one.is_secret}
    mailbox.provider_settings = {k: v for k, v in new.items() if k not in secrets}
    if not mailbox.hook_digest:
        _new_hook(mailbox)
    if new == {**dict.fromkeys(new, ""), **old}:
        return False
    place = mailbox.place_of("provider")
    mailbox.provider_secret = crypto.seal(json.dumps(secrets), place=place)
    return True


def _new_hook(mailbox: Mailbox) -> None:
    secret = public_id() + public_id()
    mailbox.hook_digest = hooking.digest(secret)
    mailbox.hook_secret = crypto.seal(secret, place=mailbox.place_of("hook"))


def renew_hook(mailbox: Mailbox, *, by: Actor | Doer, at: datetime) -> None:
    """Give the webhook another address; the old one is dead at once. Records MailboxChanged."""
    must_administer(by)
    with transaction.atomic():
        row = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
        if not row.provider:
            return
        _new_hook(row)
        row.save(update_fields=["hook_digest", "hook_secret"])
        fact = MailboxChanged(
            mailbox_id=row.pk, name=row.name, before={"webhook": "…"}, after={"webhook": "… (new)"}
        )
        recording.record(fact, by=by, at=at)


def hook_address(mailbox: Mailbox) -> str:
    """The webhook's address, for admins; "" without a provider. Raises crypto.UnreadableSecret."""
    if not mailbox.hook_secret:
        return ""
    secret = crypto.unseal(mailbox.hook_secret, place=mailbox.place_of("hook"))
    return f"{settings.SITE_URL}{hooking.PATH}{secret}/"


def _checked(given: dict[str, Any], *, but: Mailbox | None) -> dict[str, Any]:
    """The values in the form in which they are stored. Raises InvalidMailbox with all faults."""
    unknown = set(given) - set(FIELDS)
    if unknown:
        raise TypeError(f"A mailbox has no {', '.join(sorted(unknown))}.")
    values = {name: _trimmed(name, value) for name, value in given.items()}
    errors: dict[str, str] = {}
    _check_addresses(values, errors, but=but)
    if not values.get("name"):
        values["name"] = str(values.get("address", "")).partition("@")[0].title()[:100]
    if len(values["name"]) > 100:
        errors["name"] = "Give it a name of at most 100 characters."
    _check_names(values, errors)
    _check_identities(values, errors)
    try:
        values["trusted_servers"] = trusting.cleaned(values.get("trusted_servers") or [])
    except ValueError as why:
        errors["trusted_servers"] = str(why)
    for protocol in ("imap", "pop3", "smtp"):
        _check_server(protocol, values, errors)
    if values.get("imap_host") and values.get("pop3_host"):
        errors["pop3_host"] = "Fetch its mail by IMAP or by POP3, not by both."
    _check_after_fetch(values, errors)
    _check_oauth(values, errors)
    _check_provider(values, errors)
    if errors:
        raise InvalidMailbox(errors)
    return values


def _trimmed(name: str, value: Any) -> Any:
    if isinstance(value, str) and name not in _SECRETS:
        return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", value).strip()
    return value


def _check_addresses(
    values: dict[str, Any], errors: dict[str, str], *, but: Mailbox | None
) -> None:
    address = str(values.get("address") or "").lower()
    more = values.get("more_addresses") or []
    if isinstance(more, str):
        more = re.split(r"[\s,;]+", more)
    more = list(dict.fromkeys(one.strip().lower() for one in more if one.strip()))
    more = [one for one in more if one != address]
    values["address"], values["more_addresses"] = address, more
    if not address:
        errors["address"] = "Say which address customers write to."
    elif not _is_mail(address):
        errors["address"] = f"“{address[:100]}” is not a mail address."
    bad = next((one for one in more if not _is_mail(one)), None)
    if bad:
        errors["more_addresses"] = f"“{bad[:100]}” is not a mail address."
    others = Mailbox.objects.exclude(pk=but.pk) if but else Mailbox.objects.all()
    for other in others:
        taken = set(other.addresses).intersection((address, *more))
        if taken:
            name = "address" if address in taken else "more_addresses"
            errors[name] = f"{min(taken)} belongs to the mailbox {other.name}."


def _check_names(values: dict[str, Any], errors: dict[str, str]) -> None:
    template = values.get("from_name")
    if template is not None:
        values["from_name"] = template = template or "{agent} at {workspace}"
        rest = template.replace("{agent}", "").replace("{workspace}", "")
        if "{" in rest or "}" in rest:
            errors["from_name"] = "Only {agent} and {workspace} can stand in braces."
        elif len(template) > 150:
            errors["from_name"] = "Use at most 150 characters."
    text = values.get("acknowledgement_text") or ""
    rest = text.replace("{number}", "").replace("{workspace}", "")
    if "{" in rest or "}" in rest:
        errors["acknowledgement_text"] = "Only {number} and {workspace} can stand in braces."
    elif len(text) > 2000:
        errors["acknowledgement_text"] = "Use at most 2,000 characters."
    if len(values.get("signature_html") or "") > 20_000:
        errors["signature_html"] = "This signature is too long."
    team = values.get("team")
    if team is not None and not isinstance(team, Team):
        values["team"] = Team.objects.filter(pk=team).first()
        if values["team"] is None:
            errors["team"] = "There is no such team any more. Choose another one."


def _check_identities(values: dict[str, Any], errors: dict[str, str]) -> None:
    """Lines of `Name` or `Name <address>`: what agents may choose to write as."""
    given = values.get("identities")
    if given is None:
        return
    if isinstance(given, list):
        return  # as they are stored
    own = {values.get("address"), *values.get("more_addresses", [])}
    found: list[dict[str, str]] = []
    for line in str(given).splitlines():
        if not line.strip():
            continue
        match = re.fullmatch(r"\s*([^<>]{1,150}?)\s*(?:<\s*([^<>\s]{3,254})\s*>)?\s*", line)
        name, address = (match[1], (match[2] or "").lower()) if match else ("", "")
        rest = name.replace("{agent}", "").replace("{workspace}", "")
        if not name or "{" in rest or "}" in rest:
            errors["identities"] = f"“{line.strip()[:80]}” is not a name, or a name <address>."
        elif address and address not in own:
            errors["identities"] = f"{address} is not an address of this mailbox."
        one = {"name": name, "address": address}
        if one not in found:
            found.append(one)
    if len(found) > 20:
        errors["identities"] = "Use at most 20 senders."
    values["identities"] = found


def _check_server(protocol: str, values: dict[str, Any], errors: dict[str, str]) -> None:
    host = values.get(f"{protocol}_host")
    if host is None:
        return
    if not host:
        return
    if not _HOST.fullmatch(host):
        errors[f"{protocol}_host"] = (
            f"“{host[:100]}” is not the name of a server, such as mail.example.org."
        )
    port = values.get(f"{protocol}_port")
    if port is not None:
        try:
            values[f"{protocol}_port"] = int(port)
        except (TypeError, ValueError):
            port = 0
        if not 0 < int(values[f"{protocol}_port"] if port else 0) < 65536:
            errors[f"{protocol}_port"] = "A port is a number from 1 to 65535."
    security = values.get(f"{protocol}_security")
    if security is not None and security not in Security.values:
        errors[f"{protocol}_security"] = f"Choose one of {', '.join(Security.values)}."
    is_by_password = values.get(f"{protocol}_sign_in") != SignIn.OAUTH
    if protocol != "smtp" and is_by_password and not values.get(f"{protocol}_user"):
        errors[f"{protocol}_user"] = "Say which name signs in at the server."


def _check_oauth(values: dict[str, Any], errors: dict[str, str]) -> None:
    """What the provider needs, when one direction signs in there."""
    used = [
        protocol
        for protocol in ("imap", "pop3", "smtp")
        if values.get(f"{protocol}_host") and values.get(f"{protocol}_sign_in") == SignIn.OAUTH
    ]
    for protocol in ("imap", "pop3", "smtp"):
        sign_in = values.get(f"{protocol}_sign_in")
        if sign_in is not None and sign_in not in SignIn.values:
            errors[f"{protocol}_sign_in"] = f"Choose one of {', '.join(SignIn.values)}."
    if not used:
        return
    if values.get("oauth_provider") not in oauth.PROVIDERS:
        errors["oauth_provider"] = f"Choose one of {', '.join(oauth.PROVIDERS)}."
    if not values.get("oauth_client_id"):
        errors["oauth_client_id"] = "Enter the client id that the provider gave you."
    if not re.fullmatch(r"[A-Za-z0-9.-]{0,100}", values.get("oauth_tenant") or ""):
        errors["oauth_tenant"] = "A tenant is an id or a domain, such as example.org."
    for protocol in used:
        if values.get(f"{protocol}_security") == Security.NONE:
            errors[f"{protocol}_security"] = "This sign-in is only used over an encrypted line."
        if not values.get(f"{protocol}_user"):
            values[f"{protocol}_user"] = values.get("address", "")


def _check_provider(values: dict[str, Any], errors: dict[str, str]) -> None:
    name = values.get("provider") or ""
    is_used = values.get("provider_in") or values.get("provider_out")
    if not is_used:
        values["provider"] = ""
    elif name not in providers.all_providers():
        errors["provider"] = "Choose the provider."
    if values.get("provider_in") and (values.get("imap_host") or values.get("pop3_host")):
        errors["provider"] = "Its mail comes by the provider or is fetched, not both."
    if values.get("provider_out") and values.get("smtp_host"):
        errors["provider"] = "Its mail leaves by the provider or by SMTP, not both."


def _check_after_fetch(values: dict[str, Any], errors: dict[str, str]) -> None:
    if "imap_folder" in values:
        values["imap_folder"] = values["imap_folder"] or "INBOX"
    wish = values.get("after_fetch")
    if wish is None:
        return
    if wish not in AfterFetch.values:
        errors["after_fetch"] = f"Choose one of {', '.join(AfterFetch.values)}."
    elif wish == AfterFetch.MOVE:
        target = values.get("after_fetch_folder") or ""
        if not target:
            errors["after_fetch_folder"] = "Say which folder fetched mail is moved to."
        elif target == (values.get("imap_folder") or "INBOX"):
            errors["after_fetch_folder"] = "Mail can't be moved to the folder that it lies in."


def _is_mail(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return "+" not in address.partition("@")[0]
