"""Mailboxes: add, change, remove, choose the default one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from foredesk.channels import (
    checking_mailboxes,
    hooking,
    our_addresses,
    providers,
    queries,
)
from foredesk.channels.events import MailboxAdded, MailboxChanged, MailboxRemoved
from foredesk.channels.models import Collected, Consent, Mailbox
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.models import Brand, Team
from foredesk.people.permissions import must_administer
from foredesk.plumbing import crypto
from foredesk.plumbing.ids import public_id

_UNSHOWN = (*checking_mailboxes.SECRETS, "provider_keys")
_CONSENT = ("oauth_provider", "oauth_client_id", "oauth_tenant")
_CURSOR = ("imap_host", "imap_user", "imap_folder", "pop3_host", "pop3_user")


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
        values = checking_mailboxes.checked(given, but=None)
        passwords = {name: values.pop(name, None) for name in checking_mailboxes.SECRETS}
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
        values = checking_mailboxes.checked({**_present(row), **given}, but=row)
        passwords = {name: values.pop(name, None) for name in checking_mailboxes.SECRETS}
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
    return {name: getattr(row, name) for name in checking_mailboxes.FIELDS if name not in _UNSHOWN}


def _shown(value: Any) -> Any:
    if isinstance(value, Brand):
        return value.pk
    if isinstance(value, Team):
        return value.name
    return value if isinstance(value, str | int | bool | list | None) else str(value)


def _seal(mailbox: Mailbox, passwords: Mapping[str, str | None]) -> list[str]:
    """Put new passwords in place; the names of those that changed."""
    changed = []
    for name, column in checking_mailboxes.SECRETS.items():
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
        raise checking_mailboxes.InvalidMailbox(errors)
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
