"""Consent of a mailbox's owner at Google or Microsoft: asked for, kept sealed, renewed in time."""

from __future__ import annotations

import hmac
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from foredesk.channels import oauth
from foredesk.channels.events import MailboxConsentGiven, MailboxConsentLost
from foredesk.channels.models import Consent, Mailbox
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM, Actor, Doer
from foredesk.people.permissions import must_administer
from foredesk.plumbing import crypto
from foredesk.plumbing.clock import now
from foredesk.plumbing.ids import public_id

log = logging.getLogger(__name__)

PATH = "/settings/mailboxes/consent/"
HALF = 0.5  # of an access token's life: a consent that is gone shows while the mailbox still works
MARGIN = timedelta(minutes=2)
CLAIMED = timedelta(seconds=40)  # longer than a request to the provider may take
PATIENCE = 20.0  # seconds to wait while another process asks
PAUSE = timedelta(minutes=1)  # between two tries after a failure


class NoConsent(Exception):
    """There is no token to sign in with; the text is a sentence."""


class UnableToConsent(Exception):
    """The sign-in at the provider came to nothing; the text is a sentence."""


@dataclass(frozen=True)
class Beginning:
    """Where the browser goes; `state` and `verifier` stay in the session until it comes back."""

    url: str
    state: str
    verifier: str


def redirect_address() -> str:
    """The address that an admin registers at the provider, letter for letter."""
    return f"{settings.SITE_URL}{PATH}"


def begin(mailbox: Mailbox, *, by: Actor | Doer) -> Beginning:
    """Begin a sign-in at the provider. Raises NotAllowed, UnableToConsent."""
    must_administer(by)
    state, verifier = public_id() + public_id(), oauth.new_verifier()
    url = oauth.authorize_url(
        _client(mailbox),
        redirect=redirect_address(),
        state=state,
        verifier=verifier,
        login=mailbox.oauth_user,
    )
    return Beginning(url, state, verifier)


def is_same(state: str, known: str) -> bool:
    """Whether the browser brought back what it took along, in constant time."""
    return bool(known) and hmac.compare_digest(state.encode(), known.encode())


def finish(
    mailbox: Mailbox, *, code: str, verifier: str, by: Actor | Doer, at: datetime
) -> Consent:
    """Trade the code for tokens and keep them. Records MailboxConsentGiven.

    Raises NotAllowed, UnableToConsent.
    """
    must_administer(by)
    client = _client(mailbox)
    try:
        tokens = oauth.redeem(client, code=code, redirect=redirect_address(), verifier=verifier)
    except (oauth.Refused, oauth.Unreachable) as why:
        raise UnableToConsent(str(why)) from why
    if not tokens.refresh:
        raise UnableToConsent(
            f"{client.provider.label} gave no lasting consent. Withdraw the old one in the "
            "account's security settings there, then sign in again."
        )
    with transaction.atomic():
        row = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
        consent = Consent.objects.filter(mailbox=row).first() or Consent(mailbox=row)
        consent.granted_at, consent.account = at, tokens.account
        consent.until = None
        consent.is_lost, consent.failing_since, consent.error = False, None, ""
        _keep(consent, tokens, at=at)
        consent.save()
        row.changed_at = at  # its poller begins anew
        row.failing_since, row.last_error, row.send_retry_at = None, "", None
        row.save(update_fields=["changed_at", "failing_since", "last_error", "send_retry_at"])
        fact = MailboxConsentGiven(
            mailbox_id=row.pk, name=row.name, provider=row.oauth_provider, account=tokens.account
        )
        recording.record(fact, by=by, at=at)
    return consent


def access_token(mailbox: Mailbox) -> str:
    """A token to sign in with, renewed when it is about to end. Raises NoConsent,
    crypto.UnreadableSecret."""
    consent = Consent.objects.filter(mailbox_id=mailbox.pk).first()
    if consent is None:
        raise NoConsent(f"Nobody has signed in at {label(mailbox)} for this mailbox yet.")
    if consent.access_until < now() + MARGIN and not consent.is_lost:
        consent = _renewed(mailbox, consent)
    if consent.access_until <= now():
        raise NoConsent(consent.error or f"{label(mailbox)} gave no new sign-in.")
    return crypto.unseal(consent.access_secret, place=_place(mailbox.pk, "access"))


def distrust(mailbox: Mailbox, *, at: datetime) -> None:
    """A server refused the token: get another one before the next try, at most each minute."""
    Consent.objects.filter(
        mailbox_id=mailbox.pk, is_lost=False, refreshed_at__lt=at - PAUSE
    ).update(access_until=at)


def renew_due(*, at: datetime) -> int:
    """Renew every consent that is half-way through; returns how many. Raises nothing.

    So a consent that was withdrawn is known while the old token still works.
    """
    due = Consent.objects.filter(is_lost=False, renew_at__lte=at).select_related("mailbox")
    count = 0
    for consent in due:
        if consent.mailbox.is_active and consent.mailbox.uses_oauth:
            try:
                _renew(consent.mailbox, consent)
                count += 1
            except crypto.UnreadableSecret as error:
                log.warning("Mailbox %s: %s", consent.mailbox.name, error)
    return count


def label(mailbox: Mailbox) -> str:
    """The provider's name as people know it."""
    found = oauth.PROVIDERS.get(mailbox.oauth_provider)
    return found.label if found else "the provider"


def _client(mailbox: Mailbox) -> oauth.Client:
    provider = oauth.PROVIDERS.get(mailbox.oauth_provider)
    if provider is None or not mailbox.oauth_client_id:
        raise UnableToConsent("Choose Google or Microsoft for this mailbox first, and save.")
    try:
        secret = crypto.unseal(mailbox.oauth_secret, place=mailbox.place_of("oauth"))
    except crypto.UnreadableSecret as error:
        raise UnableToConsent(str(error)) from error
    return oauth.Client(provider, mailbox.oauth_client_id, secret, mailbox.oauth_tenant)


def _renewed(mailbox: Mailbox, consent: Consent) -> Consent:
    """After a renewal by us, or by another process meanwhile."""
    may_ask = consent.failing_since is None or consent.renew_at <= now()
    if may_ask and not _renew(mailbox, consent):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            fresh = Consent.objects.get(pk=consent.pk)
            if fresh.claimed_until is None or fresh.claimed_until < now():
                break
            time.sleep(0.2)
    return Consent.objects.get(pk=consent.pk)


def _renew(mailbox: Mailbox, consent: Consent) -> bool:
    """Ask for new tokens; False when another process is asking. No request in a transaction."""
    at = now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=at)
    if not Consent.objects.filter(free, pk=consent.pk).update(claimed_until=at + CLAIMED):
        return False
    try:
        refresh_token = crypto.unseal(consent.refresh_secret, place=_place(mailbox.pk, "refresh"))
        tokens = oauth.refresh(_client(mailbox), refresh_token)
    except (oauth.Refused, UnableToConsent) as why:
        is_lost = isinstance(why, oauth.Refused) and why.is_consent
        _failed(consent, str(why), is_lost=is_lost, at=now())
    except oauth.Unreachable as why:
        _failed(consent, str(why), is_lost=False, at=now())
    else:
        with transaction.atomic():
            row = Consent.objects.select_for_update().filter(pk=consent.pk).first()
            if row is not None and row.granted_at == consent.granted_at:
                row.failing_since, row.error = None, ""
                _keep(row, tokens, at=now())
                row.save()
    finally:
        Consent.objects.filter(pk=consent.pk).update(claimed_until=None)
    return True


def _keep(consent: Consent, tokens: oauth.Tokens, *, at: datetime) -> None:
    pk = consent.mailbox_id
    consent.access_secret = crypto.seal(tokens.access, place=_place(pk, "access"))
    consent.access_until = at + timedelta(seconds=tokens.seconds)
    consent.renew_at = at + timedelta(seconds=tokens.seconds * HALF)
    consent.refreshed_at = at
    if tokens.refresh:
        consent.refresh_secret = crypto.seal(tokens.refresh, place=_place(pk, "refresh"))
    if tokens.refresh_seconds:
        consent.until = at + timedelta(seconds=tokens.refresh_seconds)


def _failed(consent: Consent, reason: str, *, is_lost: bool, at: datetime) -> None:
    log.warning("The consent of mailbox %s: %s", consent.mailbox_id, reason)
    with transaction.atomic():
        row = Consent.objects.select_for_update().filter(pk=consent.pk).first()
        if row is None or row.granted_at != consent.granted_at:
            return
        row.failing_since = row.failing_since or at
        row.error, row.renew_at = reason, at + PAUSE
        is_news = is_lost and not row.is_lost
        row.is_lost = row.is_lost or is_lost
        row.save(update_fields=["failing_since", "error", "renew_at", "is_lost"])
        if is_news:
            box = Mailbox.objects.get(pk=row.mailbox_id)
            fact = MailboxConsentLost(mailbox_id=box.pk, name=box.name, reason=reason)
            recording.record(fact, by=SYSTEM, at=at)


def _place(mailbox_id: int, what: str) -> str:
    return f"mailbox:{mailbox_id}:oauth-{what}"
