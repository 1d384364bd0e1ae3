"""Take what is new from a POP3 server: keep, commit, and only then delete, if that is wished.

The cursor is the set of unique ids (UIDL, RFC 1939, 7) that were seen: a row for each mail that
lies there. A mail and its row share one commit, and the fingerprint keeps a mail single when a
server gives out new ids.
"""

from __future__ import annotations

import email.utils
import logging
import poplib
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from foredesk.channels import accepting
from foredesk.channels.imap import Trouble, said
from foredesk.channels.models import Collected, Mailbox
from foredesk.channels.pop3 import Client
from foredesk.plumbing.clock import now

log = logging.getLogger(__name__)

TRIES = 3  # for a single mail that the server fails to hand over
_RECEIVED = re.compile(rb"^Received:((?:.*\r?\n[ \t])*.*)", re.I | re.M)


class Collector:
    """Collects one mailbox; lives as long as its poller, and remembers which mails made trouble."""

    def __init__(self, mailbox: Mailbox, *, progress: Callable[[], None] = lambda: None) -> None:
        self.mailbox = mailbox
        self.progress = progress
        self.failures: Counter[str] = Counter()

    def collect(self, client: Client) -> int:
        """Take everything new; returns how many mails came. Raises Trouble and OSError.

        Deletions happen when the caller ends the session with QUIT.
        """
        there = client.uidls()
        known = set(Collected.objects.filter(mailbox=self.mailbox).values_list("uidl", flat=True))
        fresh = {number: uidl for number, uidl in there.items() if uidl not in known}
        if self.mailbox.pop3_begun_at is None:
            fresh = self._begin(client, fresh)
        sizes = client.sizes() if fresh else {}
        count = 0
        for number, uidl in sorted(fresh.items()):
            count += self._take(client, number, uidl, sizes.get(number, 0))
            self.progress()
        if self.mailbox.pop3_deletes:
            self._delete(client, there)
        gone = known.difference(there.values())
        if gone:
            Collected.objects.filter(mailbox=self.mailbox, uidl__in=gone).delete()
        return count

    def _begin(self, client: Client, fresh: dict[int, str]) -> dict[int, str]:
        """At the first look: pass over what is older than wished, and note that it began."""
        since = self.mailbox.fetch_since
        old: list[str] = []
        if since is not None:
            for number, uidl in fresh.items():
                at = _arrival(client.head_of(number))
                if at is not None and at < since.replace(microsecond=0):
                    old.append(uidl)
                self.progress()
        box, at = self.mailbox, now()
        with transaction.atomic():
            Collected.objects.bulk_create(
                [Collected(mailbox=box, uidl=uidl) for uidl in old], ignore_conflicts=True
            )
            Mailbox.objects.filter(pk=box.pk).update(pop3_begun_at=at)
        box.pop3_begun_at = at
        return {number: uidl for number, uidl in fresh.items() if uidl not in set(old)}

    def _take(self, client: Client, number: int, uidl: str, size: int) -> bool:
        limit = settings.ENV.smtp_max_mb
        if size > limit * 1024 * 1024:
            reason = (
                f"It has {size / 1024 / 1024:.0f} MB, more than the {limit} MB that a mail may "
                f"have. It is still on {self.mailbox.pop3_host}."
            )
            self._set_aside(client.head_of(number), uidl, reason)
            return False
        if self.failures[uidl] >= TRIES:
            reason = (
                f"{self.mailbox.pop3_host} failed three times to hand over the mail with the id "
                f"{uidl}. It is still there."
            )
            self._set_aside(b"", uidl, reason)
            return False
        try:
            raw = client.bytes_of(number)
        except (poplib.error_proto, OSError, EOFError) as error:
            log.warning("%s: fetching %s failed: %s", self.mailbox.name, uidl, error)
            self.failures[uidl] += 1
            if isinstance(error, poplib.error_proto):
                raise Trouble(
                    f"{self.mailbox.pop3_host} can't hand over a mail: {said(error)}"
                ) from error
            raise
        at = _arrival(raw[:20_000]) or now()
        with transaction.atomic():
            accepting.accept(raw, mailbox=self.mailbox, road="pop3", at=min(at, now()))
            self._note(uidl, is_kept=True)
        return True

    def _set_aside(self, what: bytes, uidl: str, reason: str) -> None:
        with transaction.atomic():
            accepting.set_aside(
                what,
                mailbox=self.mailbox,
                road="pop3",
                reason=reason,
                key=f"pop3:{self.mailbox.pk}:{uidl}",
                at=now(),
            )
            self._note(uidl, is_kept=False)

    def _note(self, uidl: str, *, is_kept: bool) -> None:
        row = Collected(mailbox=self.mailbox, uidl=uidl, is_kept=is_kept)
        Collected.objects.bulk_create([row], ignore_conflicts=True)

    def _delete(self, client: Client, there: dict[int, str]) -> None:
        """Mark what is safely here; what was set aside or passed over stays."""
        kept = set(
            Collected.objects.filter(mailbox=self.mailbox, is_kept=True).values_list(
                "uidl", flat=True
            )
        )
        for number, uidl in there.items():
            if uidl in kept:
                client.dele(number)


def _arrival(head: bytes) -> datetime | None:
    """When the last server got it, by its own line; else the Date of its writer."""
    header = head.partition(b"\r\n\r\n")[0]
    match = _RECEIVED.search(header)
    stamp = match[1].rpartition(b";")[2] if match else b""
    if not stamp:
        date = re.search(rb"^Date:(.*)", header, re.I | re.M)
        stamp = date[1] if date else b""
    try:
        at = email.utils.parsedate_to_datetime(b" ".join(stamp.split()).decode("latin-1"))
    except (ValueError, TypeError, IndexError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
