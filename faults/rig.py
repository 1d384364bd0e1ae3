"""A desk under test with its far sides, and what experiments do to it."""

from __future__ import annotations

import os
import smtplib
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg

from faults.breaking import Breaking
from faults.counting import Outcome
from faults.inside import Inside
from faults.letters import HELP, letter
from foredesk.plumbing.postgres import embedded
from tests.peers.desk import ROOT, Desk, until
from tests.peers.sink import Sink

PATIENCE = 180  # seconds until everything must have come to rest
NONE_LEFT = "select count(*) from channels_envelope where state = 'received'"
CONSEQUENCES = """select count(*) from procrastinate_jobs where status in ('todo', 'doing')
    and task_name in ('channels.open_envelope', 'logbook.deliver')"""
AT_REST = """select count(*) from tickets_message m join tickets_ticket t on t.id = m.ticket_id
    where m.delivery in ('queued', 'sending') and t.subject like %s"""


class Rig(Breaking):
    """`with Rig() as rig:` a desk with one person and one mailbox that sends to a counting sink."""

    def __init__(
        self,
        *,
        address: str = HELP,
        patience: float = PATIENCE,
        data_dir: Path | None = None,
        log: Path | None = None,
        **settings: str,
    ) -> None:
        self.address, self.patience, self.serial = address, patience, ""
        self.database = settings.get("DATABASE_URL", "")
        self.folder = Path(tempfile.mkdtemp(prefix="foredesk-faults-"))
        self.sink = Sink()
        paths = f"{ROOT / 'faults' / 'grafts'}{os.pathsep}{ROOT}"
        self.desk = Desk(
            data_dir,
            FOREDESK_ALLOW_PRIVATE_HOSTS="127.0.0.1,localhost",
            FOREDESK_UNDO_SECONDS="0",
            FAULTS_FOLDER=str(self.folder),
            PYTHONPATH=paths,
            **settings,
        )
        if log is not None:
            self.desk.log = log
        self.inside = Inside(self.desk)

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
        self.inside.close()
        self.desk.clear()
        self.sink.__exit__()
        for left in self.folder.iterdir():
            left.unlink()
        self.folder.rmdir()

    def run(self, code: str) -> Any:
        """Run Python inside the desk; returns the JSON that it prints last."""
        return self.inside.run(code)

    def named(self, name: str) -> str:
        """What an experiment calls its mails and mailboxes: another name when it runs again."""
        return f"{name}{self.serial}"

    # what is in the desk

    @property
    def dsn(self) -> str:
        return self.database or embedded.dsn(self.desk.data_dir)

    def add_mailbox(self, address: str, **fields: Any) -> None:
        given = {"smtp_host": "127.0.0.1", "smtp_security": "none", **fields}
        self.run(
            "from foredesk.channels import mailboxes\n"
            "from foredesk.logbook.actors import SYSTEM\n"
            "from foredesk.plumbing.clock import now\n"
            f"mailboxes.add(by=SYSTEM, at=now(), address={address!r}, **{given!r})\n"
        )

    def change_mailbox(self, address: str, **fields: Any) -> None:
        """As an admin does on its page."""
        self.run(
            "from foredesk.channels import mailboxes\n"
            "from foredesk.channels.models import Mailbox\n"
            "from foredesk.logbook.actors import SYSTEM\n"
            "from foredesk.plumbing.clock import now\n"
            f"for box in Mailbox.objects.filter(address={address!r}):\n"
            f"    mailboxes.change(box, by=SYSTEM, at=now(), **{fields!r})\n"
        )

    def set_acknowledging(self, address: str, *, is_on: bool) -> None:
        self.run(
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
        self,
        name: str,
        numbers: Iterable[int],
        outcome: Outcome,
        *,
        to: str = HELP,
        threads: int = 4,
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
                        client.sendmail("x@customer.example", [to], letter(mark))
                    outcome.seconds.append(time.monotonic() - began)
                    return mark
                except (OSError, smtplib.SMTPException):
                    if time.monotonic() > patience:
                        outcome.troubles.append(f"{mark} was never taken")
                        return mark
                    time.sleep(0.1)  # what a sending server does between two tries

        with ThreadPoolExecutor(threads) as pool:
            return set(pool.map(one, numbers))

    def answer_to(self, mark: str) -> str:
        """What the intake says to one mail; "nothing: …" when it is not there."""
        try:
            with smtplib.SMTP("127.0.0.1", self.desk.smtp_port, timeout=60) as client:
                client.sendmail("x@customer.example", [HELP], letter(mark, 9000))
            return "250"
        except smtplib.SMTPResponseException as error:
            return f"{error.smtp_code} {error.smtp_error!r}"
        except OSError as error:
            return f"nothing: {error}"

    def hand_over_during(
        self, breaking: threading.Thread, name: str, first: int, outcome: Outcome
    ) -> set[str]:
        """Go on handing over, numbered from `first`, until what breaks things has ended."""
        promised: set[str] = set()
        while breaking.is_alive():
            promised |= self.hand_over(name, range(first, first + 8), outcome)
            first += 8
        breaking.join()
        return promised

    def answer(self, name: str, *, copies: tuple[str, ...] = ()) -> None:
        """Ada answers every ticket of an experiment that has no answer yet."""
        self.run(
            "from foredesk.people.models import Agent\n"
            "from foredesk.plumbing.clock import now\n"
            "from foredesk.tickets import replying\n"
            "from foredesk.tickets.models import Ticket\n"
            "ada = Agent.objects.get(name='Ada')\n"
            f"asked = Ticket.objects.filter(subject__startswith='{name}-')\n"
            "for ticket in asked.exclude(messages__author_kind='agent'):\n"
            "    replying.reply(ticket, by=ada, at=now(), body_html='<p>Answer</p>',"
            f" cc={copies!r})\n"
        )

    def settle_in(self, outcome: Outcome, *, hurries: bool = False) -> None:
        """Wait until every envelope is opened. `hurries`: dead workers are known to be dead."""
        self._settle(
            outcome, lambda: self.ask(NONE_LEFT)[0][0] == 0, "mails wait for ever", hurries
        )

    def settle_out(self, name: str, outcome: Outcome, *, hurries: bool = False) -> None:
        """Wait until no answer of an experiment is on its way."""
        self._settle(
            outcome,
            lambda: self.ask(AT_REST, f"{name}-%")[0][0] == 0,
            "answers wait for ever",
            hurries,
        )

    def settle_jobs(self, outcome: Outcome) -> None:
        """Wait until all that follows from facts was done; dead workers are known to be dead."""
        self._settle(
            outcome, lambda: self.ask(CONSEQUENCES)[0][0] == 0, "consequences wait for ever", True
        )

    def _settle(
        self, outcome: Outcome, is_done: Callable[[], bool], else_: str, hurries: bool
    ) -> None:
        patience = time.monotonic() + self.patience
        while not is_done():
            if time.monotonic() > patience:
                outcome.troubles.append(else_)
                return
            if hurries:
                self.bury()
            time.sleep(0.3)

    # waiting

    def until_kept(self, address: str, count: int) -> None:
        """Until so many mails of a mailbox were fetched."""
        kept = """select count(*) from channels_envelope e, channels_mailbox b
            where b.id = e.mailbox_id and b.address = %s"""
        until(lambda: self.ask(kept, address)[0][0] >= count, 60)

    def until_open(self, name: str, count: int) -> None:
        """Until so many mails of an experiment are in tickets."""
        until(lambda: sum(self.stored(name).values()) >= count, 60)

    def until_put_off(self, name: str) -> None:
        """Until no answer of an experiment is being tried, and some have a reason to wait."""
        busy = """select count(*) filter (where m.delivery = 'sending' or m.attempts = 0),
            count(*) filter (where m.delivery_note <> '')
            from tickets_message m join tickets_ticket t on t.id = m.ticket_id
            where m.author_kind = 'agent' and t.subject like %s"""

        def are_put_off() -> bool:
            [(trying, told)] = self.ask(busy, f"{name}-%")
            return trying == 0 and told > 0

        until(are_put_off, 240)

    def bury(self) -> None:
        """Tell the desk that all workers but the youngest are dead, instead of waiting for it."""
        self.run(
            "from django.db import connection\n"
            "from foredesk.operations import rescuing\n"
            "with connection.cursor() as cursor:\n"
            "    cursor.execute('update procrastinate_workers'\n"
            "        ' set last_heartbeat = to_timestamp(0)'\n"
            "        ' where id < (select max(id) from procrastinate_workers)')\n"
            "rescuing.rescue()\n"
        )

    def make_due(self, name: str) -> None:
        """Answers that wait for their next try are tried now, and so is their mailbox."""
        self.run(
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
