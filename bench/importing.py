"""A first import: `python -m bench.importing` fetches 50,000 mails from a real Dovecot.

BENCH_IMPORT=5000 chooses another size. In the middle the pollers are killed without warning; what
is counted at the end must be every mail, once.
"""

from __future__ import annotations

import os
import pwd
import signal
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from bench import mailing, reporting
from bench.desk import Desk
from tests.peers.mailserver import PASSWORD, MailServer

ADDRESS = "help@bench.example"
USUAL = 50_000


def main() -> None:
    """Import, print what it took, and end with 1 when a mail is missing or doubled."""
    size = int(os.environ.get("BENCH_IMPORT") or USUAL)
    with tempfile.TemporaryDirectory(prefix="foredesk-bench-") as folder, MailServer() as server:
        Path(folder).chmod(0o755)
        server.add(ADDRESS)
        fill(server, size)
        os.environ["FOREDESK_ALLOW_PRIVATE_HOSTS"] = "127.0.0.1"
        desk = Desk(Path(folder) / "data")
        desk.environment["FOREDESK_ALLOW_PRIVATE_HOSTS"] = "127.0.0.1"
        desk.start()
        try:
            desk.enter()
            sys.exit(0 if run(desk, server, size) else 1)
        finally:
            desk.stop()


def fill(server: MailServer, size: int) -> None:
    """Mails right into the Maildir, as a mailbox of years holds them."""
    place = server.home / "mail" / ADDRESS / "Maildir" / "cur"
    place.mkdir(parents=True)
    old = time.time() - 400 * 86400
    for number in range(size):
        path = place / f"{int(old) + number}.M{number}P1.bench:2,S"
        path.write_bytes(mailing.letter(number, "import"))
        os.utime(path, (old + number, old + number))
    user = pwd.getpwnam("nobody")
    for one in (*place.parents[1].rglob("*"), place.parents[1]):
        os.chown(one, user.pw_uid, user.pw_gid)


def run(desk: Desk, server: MailServer, size: int) -> bool:
    """The import itself; whether every mail came once."""
    from foredesk.channels import mailboxes
    from foredesk.logbook.actors import SYSTEM
    from foredesk.plumbing.clock import now

    begun = time.monotonic()
    box = mailboxes.add(
        address=ADDRESS, imap_host="127.0.0.1", imap_port=server.imap, imap_security="none",
        imap_user=ADDRESS, imap_password=PASSWORD, fetch_since=None, by=SYSTEM, at=now(),
    )  # fmt: skip
    is_killed = False
    with psycopg.connect(desk.dsn, autocommit=True) as watching:
        while True:
            row = watching.execute(
                "select import_done, import_ended_at from channels_mailbox where id = %s", [box.pk]
            ).fetchone()
            assert row is not None
            done, ended_at = row
            if not is_killed and done > size / 2:
                os.kill(_pollers(desk), signal.SIGKILL)
                is_killed = True
            if ended_at is not None:
                break
            if time.monotonic() - begun > 3600:
                raise TimeoutError("The import did not end in an hour.")
            time.sleep(0.2)
        took = time.monotonic() - begun
        counted = watching.execute(
            "select count(*), count(distinct fingerprint) from channels_envelope"
        ).fetchone()
    assert counted is not None
    is_whole = counted == (size, size)
    print(f"Measured {reporting.machine()}")
    print(
        f"First import of {size:,} mails by IMAP, the pollers killed half-way: {took:.0f} s, "
        f"{size / took:.0f} mails/s; kept {counted[0]:,}, doubled {counted[0] - counted[1]}, "
        f"missing {size - counted[1]}."
    )
    return is_whole and is_killed


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
