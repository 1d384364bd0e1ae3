"""Fetch all mailboxes, each in a thread of its own: IMAP by IDLE (RFC 2177) with a poll each
minute, POP3 by the poll alone.

A connection that died silently is noticed by that poll. One mailbox never stops another.
"""

from __future__ import annotations

import logging
import poplib
import random
import signal
import threading
import time
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from imapclient.exceptions import IMAPClientError

from foredesk.channels import beating, health, imap, leasing, pop3
from foredesk.channels.collecting import Collector
from foredesk.channels.fetching import Fetcher
from foredesk.channels.imap import Client, Trouble
from foredesk.channels.models import INTERVAL, Mailbox
from foredesk.files.storing import UnableToStore
from foredesk.plumbing.clock import now

log = logging.getLogger(__name__)

LOOK = 2.0  # seconds between two looks at the stop sign while waiting in IDLE
ROUND = 5.0  # seconds between two looks for mailboxes without a poller
FIRST_PAUSE = 5.0  # seconds after a failure, doubling
LONGEST_PAUSE = 120.0
HUNG = 300.0  # seconds without progress after which a poller's lease is no longer renewed


class Poller(threading.Thread):
    """Watches one mailbox until it is told to stop, its settings change or its lease is lost."""

    def __init__(self, mailbox: Mailbox, *, interval: float = INTERVAL) -> None:
        super().__init__(name=f"poller-{mailbox.pk}", daemon=True)
        self.mailbox = mailbox
        self.interval = interval
        self.stopping = threading.Event()
        self.failures = 0  # in a row
        self.progressed = time.monotonic()
        self.fetcher = Fetcher(mailbox, progress=self._progress)

    def run(self) -> None:
        while not self.stopping.is_set():
            before = self.fetcher.came
            try:
                self._watch()
            except Trouble as why:
                self._report(str(why))
            except (OSError, EOFError, IMAPClientError, poplib.error_proto) as error:
                self._report(str(imap.trouble(self.mailbox.fetch_host, error)))
            except (DatabaseError, UnableToStore) as error:
                log.error("Mailbox %s waits: %s", self.mailbox.name, error)
                self._report(f"Its mail can't be stored here: {error}")
            except Exception:
                log.exception("The poller of %s failed", self.mailbox.name)
                self._report("Fetching failed here; the log of the pollers says why.")
            finally:
                connection.close()
            # what breaks in the middle and brings something each time is soon tried again
            self.failures = 1 if self.fetcher.came > before else self.failures + 1
            pause = min(FIRST_PAUSE * 2 ** min(self.failures - 1, 10), LONGEST_PAUSE)
            self.stopping.wait(pause * random.uniform(0.7, 1.3))  # noqa: S311

    def _watch(self) -> None:
        """One connection, until something ends it."""
        self._progress()
        client = imap.connect(self.mailbox)
        try:
            while not self.stopping.is_set():
                self.fetcher.fetch(client)
                self._worked(now())
                connection.close()  # a connection to the database is not held while waiting
                if self.fetcher.is_behind(client):
                    continue
                if not self._wait(client):
                    return
        finally:
            imap.close(client)

    def _wait(self, client: Client) -> bool:
        """Until mail may have come or a minute has passed; False when told to stop."""
        end = time.monotonic() + self.interval
        if not client.has_capability("IDLE"):
            return self._pause(end)
        client.idle()
        while time.monotonic() < end and not self.stopping.is_set():
            if self._heard(client, min(LOOK, max(0.01, end - time.monotonic()))):
                break
        client.idle_done()
        return not self.stopping.is_set()

    def _pause(self, end: float) -> bool:
        while time.monotonic() < end and not self.stopping.is_set():
            self.stopping.wait(min(LOOK, max(0.01, end - time.monotonic())))
            self._progress()
        return not self.stopping.is_set()

    def _heard(self, client: Client, seconds: float) -> bool:
        """Whether the server says that there is new mail. Raises Trouble when it is gone."""
        begin = time.monotonic()
        heard = client.idle_check(timeout=seconds)
        self._progress()
        # IMAPClient says nothing at the end of the connection: it comes back at once, with nothing
        is_gone = not heard and time.monotonic() - begin < seconds / 2
        if is_gone or any(one[0] == b"BYE" for one in heard):
            raise Trouble(f"{self.mailbox.imap_host} closed the connection.")
        return any(len(one) > 1 and one[1] in (b"EXISTS", b"RECENT") for one in heard)

    def _worked(self, at: datetime) -> None:
        self.failures = 0
        self._progress()
        health.fetching_worked(self.mailbox, at=at)

    def _report(self, reason: str) -> None:
        log.warning("Mailbox %s: %s", self.mailbox.name, reason)
        try:
            close_old_connections()
            health.fetching_failed(self.mailbox, reason, at=now())
        except DatabaseError as error:
            log.error("The failure of %s can't be noted: %s", self.mailbox.name, error)

    def _progress(self) -> None:
        self.progressed = time.monotonic()


class PopPoller(Poller):
    """The same for a mailbox on a POP3 server: a connection for each look, since the server keeps
    the mailbox locked while one is open (RFC 1939, 3)."""

    def __init__(self, mailbox: Mailbox, *, interval: float = INTERVAL) -> None:
        super().__init__(mailbox, interval=interval)
        self.collector = Collector(mailbox, progress=self._progress)

    def _watch(self) -> None:
        while not self.stopping.is_set():
            self._progress()
            client = pop3.connect(self.mailbox)
            try:
                self.collector.collect(client)
            except BaseException:
                pop3.drop(client)
                raise
            pop3.leave(client)
            self._worked(now())
            connection.close()
            if not self._pause(time.monotonic() + self.interval):
                return


class Pollers:
    """All pollers of this process."""

    def __init__(self, *, interval: float = INTERVAL) -> None:
        self.holder = leasing.new_holder()
        self.interval = interval
        self.running: dict[int, Poller] = {}
        self.stopping = threading.Event()

    def run(self) -> None:
        """Look after the pollers until told to stop; then give everything back."""
        while not self.stopping.is_set():
            try:
                close_old_connections()
                self.look_after()
            except DatabaseError as error:
                log.error("The pollers can't reach the database: %s", error)
            finally:
                connection.close()
            self.stopping.wait(ROUND)
        self.stop()

    def look_after(self) -> None:
        """One round: renew leases, end what changed, start what is free."""
        for pk, poller in list(self.running.items()):
            if not poller.is_alive():
                del self.running[pk]
                leasing.release(self.holder, pk)
        lively = [
            pk for pk, poller in self.running.items() if time.monotonic() - poller.progressed < HUNG
        ]
        kept = leasing.renew(self.holder, lively)
        current = {
            box.pk: box for box in Mailbox.objects.filter(pk__in=self.running) if box.is_polled
        }
        for pk, poller in list(self.running.items()):
            fresh = current.get(pk)
            if pk not in kept or fresh is None or fresh.changed_at != poller.mailbox.changed_at:
                poller.stopping.set()
        for mailbox in leasing.claim(self.holder):
            if mailbox.pk not in self.running:
                kind = PopPoller if mailbox.pop3_host else Poller
                poller = kind(mailbox, interval=self.interval)
                self.running[mailbox.pk] = poller
                poller.start()
        beating.beat("pollers", at=now(), detail=f"mailboxes: {len(self.running)}")

    def stop(self) -> None:
        """Stop all pollers and give their leases back."""
        for poller in self.running.values():
            poller.stopping.set()
        for poller in self.running.values():
            poller.join(10)
        try:
            leasing.release(self.holder)
        except DatabaseError as error:
            log.error("Leases could not be given back: %s", error)
        connection.close()


def main() -> None:
    """Poll until SIGTERM or SIGINT."""
    pollers = Pollers()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: pollers.stopping.set())
    pollers.run()
