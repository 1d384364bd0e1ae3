"""Take what a provider posts: checked, kept, committed, and only then acknowledged."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import datetime, timedelta

from django.db import transaction

from foredesk.channels import accepting, placing, providers, tracking
from foredesk.channels.models import HookCall, Mailbox
from foredesk.channels.providers.contract import Call, Forged, Heard, Keys, Malformed, Provider
from foredesk.plumbing import crypto

log = logging.getLogger(__name__)

PATH = "/hooks/mail/"
WINDOW = timedelta(hours=24)  # providers repeat a call for hours when they get no answer
KEPT = timedelta(days=3)
HEADERS = (
    "svix-id",
    "svix-timestamp",
    "svix-signature",
    "x-twilio-email-event-webhook-signature",
    "x-twilio-email-event-webhook-timestamp",
    "x-amz-sns-message-type",
    "x-amz-sns-message-id",
)
"""The headers that signatures are made of; others are not read."""

__all__ = ["Forged", "Malformed", "NoSuchHook", "digest", "take"]


class NoSuchHook(Exception):
    """No mailbox has this address."""

    def __init__(self) -> None:
        super().__init__("There is nothing at this address.")


def take(secret: str, call: Call, *, at: datetime) -> None:
    """Keep the mails and note the events of one call, in one commit.

    The same call again changes nothing. Raises NoSuchHook, Forged, Malformed with nothing kept;
    files.storing.UnableToStore, OSError and django.db.Error when the provider should try again.
    """
    mailbox = Mailbox.objects.filter(hook_digest=digest(secret), is_active=True).first()
    if mailbox is None or not mailbox.provider:
        raise NoSuchHook
    provider = providers.provider(mailbox.provider)
    heard = _hear(provider, call, mailbox)
    if heard.at is not None and abs(at - heard.at) > WINDOW:
        raise Forged("It was signed too long ago.")
    if heard.confirm_url:
        provider.confirm(heard.confirm_url)
    with transaction.atomic():
        if heard.key and not _is_first(mailbox, heard.key, call, at=at):
            return
        for mail in heard.mails:
            accepting.accept(
                mail.raw,
                mailbox=_mailbox_of(mail.rcpt_to, mailbox),
                road=provider.name,
                mail_from=mail.mail_from,
                rcpt_to=mail.rcpt_to,
                at=at,
            )
        if heard.later:
            accepting.accept(
                stored(call),
                kind="webhook",
                mailbox=mailbox,
                road=provider.name,
                at=at,
                key=f"{provider.name}:{mailbox.pk}:{heard.later}"
                if heard.later != "unnamed"
                else None,
            )
        for event in heard.events:
            tracking.heard(event, mailbox=mailbox, at=at)
        Mailbox.objects.filter(pk=mailbox.pk).update(last_hook_at=at)


def digest(secret: str) -> str:
    """What an address of a webhook is found by; the secret itself lies sealed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keys_of(mailbox: Mailbox) -> Keys:
    """A mailbox's settings at its provider. Raises crypto.UnreadableSecret."""
    sealed = crypto.unseal(mailbox.provider_secret, place=mailbox.place_of("provider"))
    return {**mailbox.provider_settings, **(json.loads(sealed) if sealed else {})}


def stored(call: Call) -> bytes:
    """A call as one piece of bytes that `loaded` reads again."""
    head = {"content_type": call.content_type, "headers": call.headers}
    return json.dumps(head).encode() + b"\n" + call.body


def loaded(raw: bytes) -> Call:
    """The call in `raw`. Raises ValueError, KeyError, TypeError."""
    head, _, body = raw.partition(b"\n")
    said = json.loads(head)
    return Call(said["content_type"], dict(said["headers"]), body)


def forget_old(*, at: datetime) -> int:
    """Forget calls that are too old to come again; returns how many."""
    return HookCall.objects.filter(at__lt=at - KEPT).delete()[0]


def _hear(provider: Provider, call: Call, mailbox: Mailbox) -> Heard:
    try:
        return provider.hear(call, keys_of(mailbox))
    except (KeyError, TypeError, AttributeError, ValueError, LookupError) as error:
        log.warning("A call of %s can't be read: %s", provider.label, type(error).__name__)
        raise Malformed("It can't be read.") from error


def _is_first(mailbox: Mailbox, key: str, call: Call, *, at: datetime) -> bool:
    """Whether this call is new. The same key with another body was made up: raises Forged."""
    body = hashlib.sha256(call.body).hexdigest()
    row, is_new = HookCall.objects.get_or_create(
        mailbox=mailbox, key=key[:500], defaults={"at": at, "body": body}
    )
    if not is_new and row.body != body:
        raise Forged("Another call was signed with this token.")
    return is_new


def _mailbox_of(recipients: tuple[str, ...], own: Mailbox) -> Mailbox:
    known = [one for one in recipients if placing.is_known(one)]
    return (placing.mailbox_for(known) if known else None) or own
