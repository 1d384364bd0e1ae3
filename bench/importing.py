"""A first import: `python -m bench.importing` fetches 50,000 mails from a real Dovecot.

BENCH_IMPORT=5000 chooses another size. In the middle the pollers are killed without warning; what
is counted at the end must be every mail, once. After each fifth of the tickets it tells what these
cost and how much memory the desk holds: neither may grow.
"""

from __future__ import annotations

import os
import pwd
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from bench import mailing, reporting
from bench.accounting import Meter, memory_of
from bench.desk import Desk
from tests.peers.mailserver import PASSWORD, MailServer

if TYPE_CHECKING:
    from foredesk.channels.models import Mailbox

ADDRESS = "help@bench.example"
USUAL = 50_000


def main() -> None:
    """Import, print what it took, and end with 1 when a mail is missing or doubled."""
    size = int(os.environ.get("BENCH_IMPORT") or USUAL)
    # whoever ends this from outside ends its desk and servers too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="foredesk-bench-") as folder, MailServer() as server:
        Path(folder).chmod(0o755)
        fill(server, size)
        os.environ["FOREDESK_ALLOW_PRIVATE_HOSTS"] = "127.0.0.1"
        desk = Desk(Path(folder) / "data")
        desk.environment["FOREDESK_ALLOW_PRIVATE_HOSTS"] = "127.0.0.1"
        desk.start()
        try:
            desk.enter()
            meter = Meter(server=desk.process.pid, database=desk.database_pid)
            meter.start()
            said = import_all(desk, server, size, meter)
            spent = meter.stop()
            print(f"Measured {reporting.machine()}", flush=True)
            for sentence in said.told:
                print(f"The mailbox's page, meanwhile: {sentence}")
            server_ms, database_ms = (1000 * s / size for s in (spent.server, spent.database))
            print(
                f"{server_ms + database_ms:.1f} CPU ms a mail: server {server_ms:.1f}, "
                f"database {database_ms:.1f}."
            )
            kept, tickets = said.until_kept, said.until_tickets
            print(
                f"First import of {size:,} mails by IMAP, the pollers killed half-way: all kept "
                f"after {kept:.0f} s ({size / kept:.0f} mails/s), tickets after {tickets:.0f} s "
                f"({size / tickets:.0f} mails/s); kept {said.kept:,}, doubled "
                f"{said.kept - said.different}, missing {size - said.different}."
            )
        except (RuntimeError, TimeoutError) as failure:
            sys.exit(str(failure))
        finally:
            desk.stop()


def mailbox(server: MailServer, address: str) -> Mailbox:
    """A mailbox of the desk whose mail is fetched from the server."""
    from foredesk.channels import mailboxes
    from foredesk.logbook.actors import SYSTEM
    from foredesk.plumbing.clock import now

    server.add(address)
    return mailboxes.add(
        address=address, imap_host="127.0.0.1", imap_port=server.imap, imap_security="none",
        imap_user=address, imap_password=PASSWORD, fetch_since=None, by=SYSTEM, at=now(),
    )  # fmt: skip


def deliver(desk: Desk, server: MailServer, box: Mailbox, letters: list[bytes]) -> float:
    """New mails in the mailbox; the seconds until all are tickets. Raises TimeoutError."""
    with psycopg.connect(desk.dsn, autocommit=True) as watching:
        _wait(watching, box.pk, seconds=60)
    maildir = server.home / "mail" / box.address / "Maildir"
    fresh = f"{time.time_ns()}"

    def by_maildir() -> None:
        for number, one in enumerate(letters):
            path = maildir / "tmp" / f"{fresh}.M{number}.bench"
            path.write_bytes(one)
            _give(path)
            path.rename(maildir / "new" / path.name)

    return mailing.until_tickets(desk, by_maildir, len(letters))


def fill(server: MailServer, size: int) -> None:
    """Mails right into the Maildir, as a mailbox of years holds them: one letter with ever other
    numbers, since to write each anew takes minutes."""
    model, number_in_model = mailing.letter(USUAL, "import"), str(USUAL).encode()
    place = server.home / "mail" / ADDRESS / "Maildir" / "cur"
    place.mkdir(parents=True)
    old = time.time() - 400 * 86400
    for number in range(size):
        path = place / f"{int(old) + number}.M{number}P1.bench:2,S"
        own = model.replace(number_in_model, b"%d" % number)
        path.write_bytes(own.replace(b"ender0", b"ender%d" % (number % 500)))
        os.utime(path, (old + number, old + number))
    for one in (*place.parents[1].rglob("*"), place.parents[1]):
        _give(one)


def _give(path: Path) -> None:
    user = pwd.getpwnam("nobody")
    os.chown(path, user.pw_uid, user.pw_gid)


STAGES = 5
LOOK = 0.5  # seconds: counting costs the database something too


@dataclass(frozen=True)
class Stage:
    """What a part of the import cost, in CPU seconds of server and database; how many megabytes the
    desk held at its end."""

    first: int
    last: int
    spent: float
    memory: float
    after: float

    @property
    def text(self) -> str:
        each = 1000 * self.spent / (self.last - self.first)
        return (
            f"Tickets {self.first + 1:,} to {self.last:,}, after {self.after:.0f} s: "
            f"{each:.1f} CPU ms each, {self.memory:.0f} MB."
        )


class Watch:
    """Looks at the desk after each fifth of the mails became tickets."""

    def __init__(self, desk: Desk, meter: Meter, size: int) -> None:
        self._desk, self._meter, self._size = desk, meter, size
        self._last, self._spent = 0, 0.0
        self.stages: list[Stage] = []

    def look(self, opened: int) -> None:
        due = self._size * (len(self.stages) + 1) // STAGES
        if opened < due:
            return
        used = self._meter.stop()
        spent = used.server + used.database
        memory = memory_of(self._desk.process.pid)
        self.stages.append(Stage(self._last, opened, spent - self._spent, memory, used.wall))
        self._last, self._spent = opened, spent
        print(self.stages[-1].text, flush=True)


@dataclass(frozen=True)
class Imported:
    """Seconds until all were kept and until all were tickets; how many were kept, and how many of
    these are different; what the page of the mailbox said before and after the pollers died."""

    until_kept: float
    until_tickets: float
    kept: int
    different: int
    told: tuple[str, ...]


def import_all(desk: Desk, server: MailServer, size: int, meter: Meter | None = None) -> Imported:
    """The first import of what `fill` laid there; the pollers are killed half-way. With a `meter`
    that runs it is watched in stages.

    Raises TimeoutError after an hour, RuntimeError when a mail is missing or doubled.
    """
    begun = time.monotonic()
    box = mailbox(server, ADDRESS)
    told: list[str] = []
    watch = Watch(desk, meter, size) if meter else None

    def look() -> None:
        if watch:
            watch.look(_opened(watching, box.pk))

    def kill() -> None:
        told.append(_told(box))
        os.kill(_pollers(desk), signal.SIGKILL)

    with psycopg.connect(desk.dsn, autocommit=True) as watching:
        for share, then in ((4, lambda: told.append(_told(box))), (2, kill)):
            _wait(watching, box.pk, seconds=3600, at_done=size // share, then=then, look=look)
        three_quarters = size * 3 // 4
        _wait(
            watching, box.pk, seconds=3600, at_done=three_quarters,
            then=lambda: told.append(_told(box)), look=look,
        )  # fmt: skip
        _wait(watching, box.pk, seconds=3600, look=look)
        until_kept = time.monotonic() - begun
        counted = watching.execute(
            "select count(*), count(distinct fingerprint) from channels_envelope"
            " where mailbox_id = %s", [box.pk]
        ).fetchone()  # fmt: skip
        assert counted is not None
        while _waiting(watching, box.pk):
            if time.monotonic() - begun > 3600:
                raise TimeoutError("The mails of the import did not become tickets in an hour.")
            look()
            time.sleep(LOOK)
        look()
    if counted != (size, size):
        raise RuntimeError(
            f"Of {size:,} mails {counted[1]:,} were kept, {counted[0] - counted[1]} twice."
        )
    return Imported(until_kept, time.monotonic() - begun, *counted, tuple(told))


def _wait(
    watching: psycopg.Connection,
    number: int,
    *,
    seconds: float,
    at_done: int | None = None,
    then: Callable[[], None] = lambda: None,
    look: Callable[[], None] = lambda: None,
) -> None:
    """Until the import of a mailbox has ended, or `at_done` mails are in; then do `then`. `look` is
    called now and then meanwhile."""
    end = time.monotonic() + seconds
    while True:
        row = watching.execute(
            "select import_done, import_ended_at from channels_mailbox where id = %s", [number]
        ).fetchone()
        assert row is not None
        if row[1] is not None or (at_done is not None and (row[0] or 0) > at_done):
            return then()
        if time.monotonic() > end:
            raise TimeoutError(f"The import did not end in {seconds:.0f} seconds.")
        look()
        time.sleep(LOOK)


def _opened(watching: psycopg.Connection, number: int) -> int:
    row = watching.execute(
        "select count(*) from channels_envelope where mailbox_id = %s and state = 'opened'",
        [number],
    ).fetchone()
    return row[0] if row else 0


def _waiting(watching: psycopg.Connection, number: int) -> bool:
    row = watching.execute(
        "select exists (select from channels_envelope where mailbox_id = %s"
        " and state = 'received')", [number]
    ).fetchone()  # fmt: skip
    assert row is not None
    return bool(row[0])


def _told(box: Mailbox) -> str:
    """What the mailbox's page says of it now."""
    from foredesk.channels import judging
    from foredesk.plumbing.clock import now

    box.refresh_from_db()
    return judging.receiving(box, at=now()).text


def _pollers(desk: Desk) -> int:
    """The process id of the desk's pollers."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            name = path.with_name("comm").read_text()
        except OSError:
            continue
        if int(fields[1]) == desk.process.pid and "poller" in name:
            return int(path.parent.name)
    raise RuntimeError("The pollers do not run.")


if __name__ == "__main__":
    main()
