"""Mailboxes that stop working say so, once, and once more when they work again."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db import transaction

from foredesk.channels.events import MailboxFailed, MailboxRecovered
from foredesk.channels.models import Mailbox
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM

LONGEST_PAUSE = timedelta(minutes=10)


def fetching_failed(mailbox: Mailbox, reason: str, *, at: datetime) -> None:
    """Note why the mailbox can't be fetched. Records MailboxFailed the first time."""
    with transaction.atomic():
        row = Mailbox.objects.select_for_update(of=("self",)).filter(pk=mailbox.pk).first()
        if row is None:
            return
        is_new = row.failing_since is None
        row.failing_since = row.failing_since or at
        row.last_error, row.last_fetch_at = reason[:1000], at
        row.save(update_fields=["failing_since", "last_error", "last_fetch_at"])
        if is_new:
            _record(MailboxFailed, row, "in", at, reason=reason[:1000])


def fetching_worked(mailbox: Mailbox, *, at: datetime) -> None:
    """Note that the mailbox was looked at. Records MailboxRecovered after a failure."""
    changed = Mailbox.objects.filter(pk=mailbox.pk, failing_since=None).update(
        last_fetch_at=at, last_success_at=at
    )
    if changed:
        return
    with transaction.atomic():
        row = Mailbox.objects.select_for_update(of=("self",)).filter(pk=mailbox.pk).first()
        if row is None or row.failing_since is None:
            return
        row.failing_since, row.last_error = None, ""
        row.last_fetch_at = row.last_success_at = at
        row.save(update_fields=["failing_since", "last_error", "last_fetch_at", "last_success_at"])
        _record(MailboxRecovered, row, "in", at)


def sending_failed(mailbox: Mailbox, reason: str, *, at: datetime) -> datetime:
    """Note why nothing can be sent; until the returned time nobody knocks again.

    Records MailboxFailed the first time.
    """
    with transaction.atomic():
        row = Mailbox.objects.select_for_update(of=("self",)).filter(pk=mailbox.pk).first()
        if row is None:
            return at + LONGEST_PAUSE
        is_new = row.send_failing_since is None
        row.send_failing_since = row.send_failing_since or at
        failing_for = at - row.send_failing_since
        pause = min(timedelta(seconds=30) + failing_for / 4, LONGEST_PAUSE)
        row.send_retry_at = at + pause * random.uniform(0.8, 1.2)  # noqa: S311
        row.send_error = reason[:1000]
        row.save(update_fields=["send_failing_since", "send_retry_at", "send_error"])
        if is_new:
            _record(MailboxFailed, row, "out", at, reason=reason[:1000])
        return row.send_retry_at


def sending_worked(mailbox: Mailbox, *, at: datetime) -> None:
    """Note that mail left. Records MailboxRecovered after a failure."""
    changed = Mailbox.objects.filter(pk=mailbox.pk, send_failing_since=None).update(last_sent_at=at)
    if changed:
        return
    with transaction.atomic():
        row = Mailbox.objects.select_for_update(of=("self",)).filter(pk=mailbox.pk).first()
        if row is None or row.send_failing_since is None:
            return
        row.send_failing_since = row.send_retry_at = None
        row.send_error, row.last_sent_at = "", at
        row.save(
            update_fields=["send_failing_since", "send_retry_at", "send_error", "last_sent_at"]
        )
        _record(MailboxRecovered, row, "out", at)


def _record(fact, row: Mailbox, direction: str, at: datetime, **why: str) -> None:
    recording.record(
        fact(mailbox_id=row.pk, name=row.name, direction=direction, **why), by=SYSTEM, at=at
    )
