"""What a mailbox may hold: every field checked, each trouble told in a sentence."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from foredesk.channels import oauth, providers, trusting
from foredesk.channels.models import AfterFetch, Mailbox, Security, SignIn
from foredesk.people import branding
from foredesk.people.models import Brand, Team
from foredesk.plumbing import extras
from foredesk.tickets import tagging
from foredesk.tickets.conflicts import UnableToChange

FIELDS = (
    "name", "address", "more_addresses", "from_name", "signature_html", "identities", "team",
    "brand", "plus_tags", "plus_tags_known",
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

MOST_PLUS_TAGS = 200

SECRETS = {
    "imap_password": "imap_secret",
    "pop3_password": "pop3_secret",
    "smtp_password": "smtp_secret",
    "oauth_client_secret": "oauth_secret",
}
"""What is given in the clear, and the column that keeps it sealed."""

_HOST = re.compile(r"[A-Za-z0-9_.:-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")


class InvalidMailbox(Exception):
    """Some fields can't be used; `errors` holds a sentence for each."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


def checked(given: dict[str, Any], *, but: Mailbox | None) -> dict[str, Any]:
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
    _check_tags(values, errors)
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
    if isinstance(value, str) and name not in SECRETS:
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
    if values.get("from_name") is not None:
        try:
            values["from_name"] = branding.checked_sender(values["from_name"])
        except branding.BadBrand as why:
            errors["from_name"] = str(why)
    text = values.get("acknowledgement_text") or ""
    rest = text
    for word in ("{number}", "{brand}", "{workspace}"):
        rest = rest.replace(word, "")
    if "{" in rest or "}" in rest:
        errors["acknowledgement_text"] = (
            "Only {number}, {brand} and {workspace} can stand in braces."
        )
    elif len(text) > 2000:
        errors["acknowledgement_text"] = "Use at most 2,000 characters."
    if len(values.get("signature_html") or "") > 20_000:
        errors["signature_html"] = "This signature is too long."
    team = values.get("team")
    if team is not None and not isinstance(team, Team):
        values["team"] = Team.objects.filter(pk=team).first()
        if values["team"] is None:
            errors["team"] = "There is no such team any more. Choose another one."
    brand = values.get("brand")
    if brand is not None and not isinstance(brand, Brand):
        # locked: it is not set aside while a mailbox comes to it
        rows = Brand.objects.select_for_update().filter(pk=brand, set_aside_at=None)
        values["brand"] = rows.first() if brand else None
        if brand and values["brand"] is None:
            errors["brand"] = "There is no such brand any more. Choose another one."


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
        rest = name
        for word in ("{agent}", "{brand}", "{workspace}"):
            rest = rest.replace(word, "")
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


def _check_tags(values: dict[str, Any], errors: dict[str, str]) -> None:
    """Tags that stand after a plus in an address; commas or a list."""
    given = values.get("plus_tags")
    if given is None:
        return
    words = given if isinstance(given, list) else re.split(r"[,\n]+", str(given))
    try:
        found = [tagging.clean(word) for word in words if word.strip()]
    except UnableToChange as why:
        errors["plus_tags"] = str(why)
        return
    values["plus_tags"] = list(dict.fromkeys(found))
    if len(values["plus_tags"]) > MOST_PLUS_TAGS:
        errors["plus_tags"] = f"Use at most {MOST_PLUS_TAGS} tags."


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
    else:
        chosen = providers.provider(name)
        try:
            extras.need(chosen.extra, whose=chosen.label)
        except extras.Lacking as lacking:
            errors["provider"] = str(lacking)
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
