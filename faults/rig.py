"""A desk under test with its far sides, and what experiments do to it."""

from __future__ import annotations

import contextlib
import os
import signal
import smtplib
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg

from faults.counting import Outcome
from foredesk.plumbing.postgres import embedded
from tests.peers.desk import ROOT, Desk, children, is_alive, until
from tests.peers.sink import Sink

HELP = "help@shop.example"
PATIENCE = 180  # seconds until everything must have come to rest
NONE_LEFT = "select count(*) from channels_envelope where state = 'received'"
AT_REST = """select count(*) from tickets_message m join tickets_ticket t on t.id = m.ticket_id
    where m.delivery in ('queued', 'sending') and t.subject like %s"""


class Rig:
    """`with Rig() as rig:` a desk with one person and one mailbox that sends to a counting sink."""

    def __init__(
        self,
        *,
        address: str = HELP,
        sabotage: str = "",
        patience: float = PATIENCE,
        **settings: str,
    ) -> None:
        self.address, self.patience = address, patience
        self.database = settings.get("DATABASE_URL", "")
        self.folder = Path(tempfile.mkdtemp(prefix="foredesk-faults-"))
        self.sink = Sink()
        paths = f"{ROOT / 'faults' / 'grafts'}{os.pathsep}{ROOT}"
        self.desk = Desk(
            FOREDESK_ALLOW_PRIVATE_HOSTS="127.0.0.1,localhost",
            FOREDESK_UNDO_SECONDS="0",
            FAULTS_FOLDER=str(self.folder),
            FAULTS_SABOTAGE=sabotage,
            PYTHONPATH=paths,
            **settings,
        )

    def __enter__(self) -> Rig:
        self.sink.__enter__()
        try:
            self.desk.start()
            self.desk.add_person("Ada")
            self.add_mailbox(self.address, smtp_port=self.sink.port)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.desk.clear()
        self.sink.__exit__()
        for left in self.folder.iterdir():
            left.unlink()
        self.folder.rmdir()

    # what is in the desk

    @property
    def dsn(self) -> str:
        return self.database or embedded.dsn(self.desk.data_dir)

    def add_mailbox(self, address: str, **fields: Any) -> None:
        given = {"smtp_host": "127.0.0.1", "smtp_security": "none", **fields}
        self.desk.run(
            "from foredesk.channels import mailboxes\n"
            "from foredesk.logbook.actors import SYSTEM\n"
            "from foredesk.plumbing.clock import now\n"
            f"mailboxes.add(by=SYSTEM, at=now(), address={address!r}, **{given!r})\n"
        )

    def set_acknowledging(self, address: str, *, is_on: bool) -> None:
        self.desk.run(
            "from foredesk.channels.models import Mailbox\n"
            f"Mailbox.objects.filter(address={address!r}).update(acknowledges={is_on})\n"
        )

    def prove_addresses(self) -> None:
        """From now on every writer counts as one who has proven their address."""
        with psycopg.connect(self.dsn) as there:
            there.execute("update people_identity set verified_at = now()")

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows from the desk's own database; waits while it is away."""
        patience = time.monotonic() + 60
        while True:
            try:
                with psycopg.connect(self.dsn, connect_timeout=5) as there:
                    return there.execute(query, values).fetchall()  # type: ignore[arg-type]
            except psycopg.OperationalError:
                if time.monotonic() > patience:
                    raise
                time.sleep(0.2)

    def stored(self, name: str) -> Counter[str]:
        """How often each mail of an experiment became a message."""
        rows = self.ask(
            "select external_id, count(*) from tickets_message where author_kind = 'customer'"
            " and external_id like %s group by 1",
            f"{name}-%",
        )
        return Counter(dict(rows))

    def replies(self, name: str) -> dict[str, str]:
        """The state of each answer of an experiment by its wire id; by its row while it has
        none."""
        rows = self.ask(
            "select coalesce(nullif(m.external_id, ''), 'row ' || m.id), m.delivery"
            " from tickets_message m join tickets_ticket t on t.id = m.ticket_id"
            " where m.author_kind = 'agent' and t.subject like %s",
            f"{name}-%",
        )
        return dict(rows)

    def arrived(self) -> Counter[str]:
        """How often the far side took each mail."""
        return Counter(one.mail["Message-ID"].strip("<>") for one in self.sink.taken)

    # what people and machines do

    def hand_over(
        self, name: str, numbers: Iterable[int], outcome: Outcome, *, threads: int = 4
    ) -> set[str]:
        """Hand mails to the intake as mail servers do: again until each is acknowledged. Returns
        what was promised to be kept."""

        def one(number: int) -> str:
            mark = f"{name}-{number}"
            patience = time.monotonic() + PATIENCE
            while True:
                began = time.monotonic()
                try:
                    with smtplib.SMTP("127.0.0.1", self.desk.smtp_port, timeout=20) as client:
                        client.sendmail("x@customer.example", [HELP], letter(mark))
                    outcome.seconds.append(time.monotonic() - began)
                    return mark
                except (OSError, smtplib.SMTPException):
                    if time.monotonic() > patience:
                        outcome.troubles.append(f"{mark} was never taken")
                        return mark
                    time.sleep(0.1)  # what a sending server does between two tries

        with ThreadPoolExecutor(threads) as pool:
            return set(pool.map(one, numbers))

    def answer(self, name: str) -> None:
        """Ada answers every ticket of an experiment."""
        self.desk.run(
            "from foredesk.people.models import Agent\n"
            "from foredesk.plumbing.clock import now\n"
            "from foredesk.tickets import replying\n"
            "from foredesk.tickets.models import Ticket\n"
            "ada = Agent.objects.get(name='Ada')\n"
            f"for ticket in Ticket.objects.filter(subject__startswith='{name}-'):\n"
            "    replying.reply(ticket, by=ada, at=now(), body_html='<p>Answer</p>')\n"
        )

    def settle_in(self, outcome: Outcome) -> None:
        """Wait until every envelope is opened."""
        self._settle(outcome, lambda: self.ask(NONE_LEFT)[0][0] == 0, "mails wait for ever")

    def settle_out(self, name: str, outcome: Outcome) -> None:
        """Wait until no answer of an experiment is on its way."""
        self._settle(
            outcome, lambda: self.ask(AT_REST, f"{name}-%")[0][0] == 0, "answers wait for ever"
        )

    def _settle(self, outcome: Outcome, is_done: Any, else_: str) -> None:
        patience = time.monotonic() + self.patience
        while not is_done():
            if time.monotonic() > patience:
                outcome.troubles.append(else_)
                return
            time.sleep(0.3)

    # what goes wrong

    def kill(self, role: str) -> bool:
        """Kill a role as the kernel does; False while it is being restarted."""
        pid = self.desk.pid_of(role)
        if pid:
            os.kill(pid, signal.SIGKILL)
        return bool(pid)

    @contextmanager
    def killing(self, role: str, pauses: Iterable[float], outcome: Outcome) -> Iterator[None]:
        """Kill a role again and again while the block runs, after each of `pauses` seconds."""
        is_over = threading.Event()

        def run() -> None:
            for pause in pauses:
                if is_over.wait(pause):
                    return
                outcome.rounds += self.kill(role)

        killer = threading.Thread(target=run)
        killer.start()
        try:
            yield
        finally:
            is_over.set()
            killer.join()

    def crash_at(self, point: str, times: int) -> None:
        """The next processes that come to `point` die there."""
        for number in range(times):
            (self.folder / f"crash-{point}-{number}").touch()

    def tokens(self) -> list[str]:
        return sorted(one.name for one in self.folder.glob("crash-*"))

    def forget_tokens(self) -> None:
        for token in self.folder.glob("crash-*"):
            token.unlink(missing_ok=True)

    def until_kept(self, address: str, count: int) -> None:
        """Until so many mails of a mailbox were fetched."""
        kept = """select count(*) from channels_envelope e, channels_mailbox b
            where b.id = e.mailbox_id and b.address = %s"""
        until(lambda: self.ask(kept, address)[0][0] >= count, 60)

    def until_open(self, name: str, count: int) -> None:
        """Until so many mails of an experiment are in tickets."""
        until(lambda: sum(self.stored(name).values()) >= count, 60)

    def until_tried(self, name: str, count: int) -> None:
        """Until the far side was asked for every answer of an experiment once."""
        tried = """select count(*) from tickets_message m, tickets_ticket t
            where t.id = m.ticket_id and m.author_kind = 'agent' and t.subject like %s
            and (m.attempts > 0 or m.delivery_note <> '')"""
        until(lambda: self.ask(tried, f"{name}-%")[0][0] >= count, 60)

    def bury(self) -> None:
        """Tell the desk that workers which beat no more are dead, instead of waiting for it."""
        began = time.time()
        alive = "select count(*) from procrastinate_workers where last_heartbeat > to_timestamp(%s)"
        until(lambda: self.ask(alive, began)[0][0] > 0, 60)
        self.desk.run(
            "from django.db import connection\n"
            "from foredesk.operations import rescuing\n"
            "with connection.cursor() as cursor:\n"
            "    cursor.execute('update procrastinate_workers'\n"
            "        ' set last_heartbeat = to_timestamp(0)'\n"
            f"        ' where last_heartbeat < to_timestamp({began})')\n"
            "rescuing.rescue()\n"
        )

    def make_due(self, name: str) -> None:
        """Answers that wait for their next try are tried now, and so is their mailbox."""
        self.desk.run(
            "from foredesk.channels import tasks\n"
            "from foredesk.channels.models import Mailbox\n"
            "from foredesk.plumbing.clock import now\n"
            "from foredesk.tickets.models import Message\n"
            "Mailbox.objects.update(send_retry_at=None)\n"
            f"waiting = Message.objects.filter(ticket__subject__startswith='{name}-',"
            " author_kind='agent', delivery='queued')\n"
            "tickets = set(waiting.values_list('ticket_id', flat=True))\n"
            "waiting.update(send_at=now())\n"
            "for ticket in tickets:\n"
            "    tasks.send_due.defer(ticket_id=ticket)\n"
        )

    def wait_until_deaf(self, address: str) -> None:
        """Until the desk itself notes that a mailbox can't be fetched."""
        known = "select failing_since is not null from channels_mailbox where address = %s"
        until(lambda: self.ask(known, address)[0][0], 90)

    def kill_database(self) -> None:
        """Kill PostgreSQL with all its processes."""
        pid = self.desk.postmaster
        if pid:
            os.kill(pid, signal.SIGKILL)
            until(lambda: not is_alive(pid))

    def kill_all(self) -> None:
        """Everything at once, as when the power goes."""
        assert self.desk.process is not None
        roles = self.desk.roles
        everything = [
            self.desk.process.pid,
            *roles,
            *(pid for one in roles for pid in children(one)),
        ]
        database = self.desk.postmaster
        for pid in [*everything, database]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.desk.process.wait()
        until(lambda: not any(is_alive(pid) for pid in [*everything, database]))


def letter(mark: str, size: int = 0) -> bytes:
    """A mail that can be told from all others."""
    mail = EmailMessage()
    mail["From"] = f"{mark}@customer.example"
    mail["To"] = HELP
    mail["Subject"] = f"{mark} question"
    mail["Message-ID"] = f"<{mark}>"
    mail.set_content(f"This is {mark}.\n" + "x" * 70 * (size // 70))
    return mail.as_bytes()
