"""Fetch what is new in a mailbox: read without a trace, commit, and only then touch the far side.

The cursor is UIDVALIDITY and UID (RFC 3501, 2.3.1.1). When UIDVALIDITY changes everything is read
again and the fingerprint keeps each mail single.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from foredesk.channels import accepting
from foredesk.channels.imap import Client, Trouble
from foredesk.channels.models import AfterFetch, Mailbox
from foredesk.plumbing.clock import now

log = logging.getLogger(__name__)

SEARCHED = 20_000  # UIDs in one search, so that the answer stays a line that can be read
BATCH = 50
BATCH_BYTES = 4_000_000
TRIES = 3  # for a single mail that the server fails to hand over


class Fetcher:
    """Fetches one mailbox; lives as long as its poller, and remembers which mails made trouble.

    `came` counts the mails that it brought.
    """

    def __init__(self, mailbox: Mailbox, *, progress: Callable[[], None] = lambda: None) -> None:
        self.mailbox = mailbox
        self.progress = progress
        self.failures: Counter[tuple[int, int]] = Counter()
        self.came = 0
        self.taken: set[tuple[int, int]] = set()
        """Mails beyond the cursor that are safely here: a connection that breaks in the middle of
        a batch goes on after them, so that no later mail is blamed for it again and again."""

    def fetch(self, client: Client) -> int:
        """Take everything new; returns how many mails came. Raises Trouble and OSError."""
        box = self.mailbox
        validity, upto = self._select(client)
        if box.uidvalidity != validity:
            box.uidvalidity, box.last_uid = validity, 0
            box.import_total = box.import_began_at = box.import_ended_at = None
            self._save_cursor()
        if box.import_total is None:
            self._begin_import(client, upto)
        count = 0
        for uids in self._new(client, upto):
            for batch in self._batches(client, uids):
                count += self._take(client, batch)
                box.last_uid = max(box.last_uid, max(batch))
                self.taken.clear()
                if box.is_importing:
                    box.import_done += len(batch)
                self._save_cursor()
                self.progress()
        if upto - 1 > box.last_uid:
            box.last_uid = upto - 1  # what is missing up to here was deleted or is too old
            self._save_cursor()
        if box.import_ended_at is None:
            box.import_ended_at = now()
            self._save_cursor()
        return count

    def _begin_import(self, client: Client, upto: int) -> None:
        """Count what lies there, so that the page can say how far it is; a later process goes on
        where this one ended."""
        box = self.mailbox
        box.import_total = sum(len(uids) for uids in self._new(client, upto))
        box.import_done, box.import_began_at, box.import_ended_at = 0, now(), None
        self._save_cursor()

    def is_behind(self, client: Client) -> bool:
        """Whether mail came while the last was being fetched.

        The server tells of it once, in the middle of that fetch, and says nothing more in IDLE.
        """
        status = client.folder_status(self.mailbox.imap_folder or "INBOX", ["UIDNEXT"])
        return int(status.get(b"UIDNEXT", 0)) > self.mailbox.last_uid + 1

    def _select(self, client: Client) -> tuple[int, int]:
        """(UIDVALIDITY, UIDNEXT) of the folder."""
        box = self.mailbox
        folder = box.imap_folder or "INBOX"
        try:
            status = client.select_folder(folder, readonly=box.after_fetch == AfterFetch.LEAVE)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            raise Trouble(f"{box.imap_host} can't open the folder {folder}: {error}") from error
        if box.after_fetch == AfterFetch.MOVE and not client.folder_exists(box.after_fetch_folder):
            client.create_folder(box.after_fetch_folder)
        upto = status.get(b"UIDNEXT")
        if upto is None:
            known = client.search(["ALL"])
            upto = max(known, default=0) + 1
        return int(status[b"UIDVALIDITY"]), int(upto)

    def _new(self, client: Client, upto: int) -> Iterator[list[int]]:
        start = self.mailbox.last_uid + 1
        while start < upto:
            end = min(start + SEARCHED - 1, upto - 1)
            terms: list = ["UID", f"{start}:{end}"]
            if self.mailbox.fetch_since:
                # the date of IMAP has no zone: a day of grace, and the exact check below
                terms += ["SINCE", (self.mailbox.fetch_since - timedelta(days=1)).date()]
            found = sorted(uid for uid in client.search(terms) if start <= uid <= end)
            if found:
                yield found
            start = end + 1
            self.progress()

    def _batches(self, client: Client, uids: list[int]) -> Iterator[list[int]]:
        for index in range(0, len(uids), BATCH):
            yield uids[index : index + BATCH]

    def _take(self, client: Client, uids: list[int]) -> int:
        uids = [uid for uid in uids if self._key(uid) not in self.taken]
        facts = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"]) if uids else {}
        since = self.mailbox.fetch_since
        since = since and since.replace(microsecond=0)  # INTERNALDATE has whole seconds
        wanted: list[int] = []
        arrived: dict[int, datetime] = {}
        for uid in sorted(facts):
            at = _arrival(facts[uid].get(b"INTERNALDATE"))
            if since and at < since:
                continue
            arrived[uid] = at
            size = int(facts[uid].get(b"RFC822.SIZE", 0))
            if size > settings.ENV.smtp_max_mb * 1024 * 1024:
                self._too_big(client, uid, size, at)
            else:
                wanted.append(uid)
        count = 0
        for group in _groups(
            wanted, {uid: int(facts[uid].get(b"RFC822.SIZE", 0)) for uid in wanted}
        ):
            for uid, raw in self._bytes(client, group):
                accepting.accept(
                    raw, mailbox=self.mailbox, road="imap", at=min(arrived[uid], now())
                )
                self._after(client, uid)
                self.taken.add(self._key(uid))
                self.came += 1
                count += 1
            self.progress()
        return count

    def _bytes(self, client: Client, uids: list[int]) -> Iterator[tuple[int, bytes]]:
        """The bytes of each mail that is still there."""
        risky = [uid for uid in uids if self.failures[self._key(uid)]]
        calm = [uid for uid in uids if uid not in risky]
        try:
            found = client.fetch(calm, ["BODY.PEEK[]"]) if calm else {}
        except (IMAPClientError, OSError) as error:
            self._blame(calm, error)
            if isinstance(error, IMAPClientAbortError | OSError):
                raise
            found, risky = {}, uids
        for uid in sorted(found):
            raw = found[uid].get(b"BODY[]")
            if raw is not None:
                yield uid, bytes(raw)
        for uid in risky:
            raw = self._single(client, uid)
            if raw is not None:
                yield uid, raw

    def _single(self, client: Client, uid: int) -> bytes | None:
        """One mail that made trouble before; after three tries it is set aside."""
        if self.failures[self._key(uid)] >= TRIES:
            reason = (
                f"{self.mailbox.imap_host} failed three times to hand over the mail with UID "
                f"{uid}. It is still in the folder {self.mailbox.imap_folder}."
            )
            self._set_aside(b"", uid, reason, now())
            return None
        try:
            found = client.fetch([uid], ["BODY.PEEK[]"])
        except (IMAPClientError, OSError) as error:
            self._blame([uid], error)
            if isinstance(error, IMAPClientAbortError | OSError):
                raise
            raise Trouble(f"{self.mailbox.imap_host} can't hand over a mail: {error}") from error
        raw = found.get(uid, {}).get(b"BODY[]")
        return None if raw is None else bytes(raw)

    def _blame(self, uids: list[int], error: Exception) -> None:
        log.warning("%s: fetching %s failed: %s", self.mailbox.name, uids[:3], error)
        for uid in uids:
            self.failures[self._key(uid)] += 1

    def _too_big(self, client: Client, uid: int, size: int, at: datetime) -> None:
        found = client.fetch([uid], ["BODY.PEEK[HEADER]"])
        head = bytes(found.get(uid, {}).get(b"BODY[HEADER]") or b"")
        reason = (
            f"It has {size / 1024 / 1024:.0f} MB, more than the {settings.ENV.smtp_max_mb} MB that "
            f"a mail may have. It is still in the folder {self.mailbox.imap_folder}."
        )
        self._set_aside(head, uid, reason, at)

    def _set_aside(self, what: bytes, uid: int, reason: str, at: datetime) -> None:
        validity, number = self._key(uid)
        accepting.set_aside(
            what,
            mailbox=self.mailbox,
            road="imap",
            reason=reason,
            key=f"imap:{self.mailbox.pk}:{validity}:{number}",
            at=at,
        )

    def _after(self, client: Client, uid: int) -> None:
        """What the mailbox was told to do with a mail that is safely here."""
        wish = self.mailbox.after_fetch
        if wish == AfterFetch.SEEN:
            client.add_flags([uid], [b"\\Seen"], silent=True)
        elif wish == AfterFetch.MOVE:
            if client.has_capability("MOVE"):
                client.move([uid], self.mailbox.after_fetch_folder)
            else:
                client.copy([uid], self.mailbox.after_fetch_folder)
                self._delete(client, uid)
        elif wish == AfterFetch.DELETE:
            self._delete(client, uid)

    def _delete(self, client: Client, uid: int) -> None:
        client.add_flags([uid], [b"\\Deleted"], silent=True)
        if client.has_capability("UIDPLUS"):
            client.uid_expunge([uid])  # without it an expunge would take others' mail too

    def _key(self, uid: int) -> tuple[int, int]:
        return self.mailbox.uidvalidity or 0, uid

    def _save_cursor(self) -> None:
        box = self.mailbox
        fields = ("import_total", "import_done", "import_began_at", "import_ended_at")
        seen = {"last_success_at": now()} if box.is_importing and not box.failing_since else {}
        Mailbox.objects.filter(pk=box.pk).update(
            uidvalidity=box.uidvalidity,
            last_uid=box.last_uid,
            **{name: getattr(box, name) for name in fields},
            **seen,
        )


def _arrival(internal: datetime | None) -> datetime:
    """When the server got it, in UTC; IMAPClient gives local time without a zone."""
    if internal is None:
        return now()
    return internal.astimezone(UTC)


def _groups(uids: list[int], sizes: dict[int, int]) -> Iterator[list[int]]:
    """Groups small enough to hold in memory at once."""
    group: list[int] = []
    total = 0
    for uid in uids:
        if group and total + sizes[uid] > BATCH_BYTES:
            yield group
            group, total = [], 0
        group.append(uid)
        total += sizes[uid]
    if group:
        yield group
