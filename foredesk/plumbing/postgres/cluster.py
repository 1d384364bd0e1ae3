"""One server on disk: making it, finding out whether it runs, starting and stopping it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shlex
import shutil
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from foredesk.plumbing.postgres import binaries
from foredesk.plumbing.postgres.account import Account
from foredesk.plumbing.postgres.binaries import DatabaseTrouble

SUPERUSER = "foredesk"
START_SECONDS = 600
"""Long, because a large database may need minutes to recover after a crash."""

DEFAULTS = {
    "shared_buffers": "256MB",
    "max_connections": "120",
    "random_page_cost": "1.1",
    "max_wal_size": "1GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_preload_libraries": "pg_stat_statements",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
}
"""Written into postgresql.conf when the server is made; its owner may edit them there."""

FOR_TESTS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
"""Faster, and good for nothing that has to outlive a power cut or a day. Nothing runs by itself, so
that a test knows every transaction that there is."""


def socket_folder(home: Path) -> Path:
    """Inside `home`, or a short folder in /tmp where that path is too long for a socket."""
    inside = home / "socket"
    if len(os.fsencode(inside)) <= 90:
        return inside
    mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path("/tmp") / f"foredesk-{mark}"  # noqa: S108 (0700 and its owner is checked)


@dataclass(frozen=True)
class Cluster:
    """The server kept in `home` (the folder `postgres` of a data folder)."""

    home: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log" / "server.log"

    @property
    def socket_folder(self) -> Path:
        return socket_folder(self.home)

    def create(self) -> None:
        """Make the server's files. Killed half-way it leaves nothing that the next try minds."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self.own(fresh)
        settings = [part for k, v in DEFAULTS.items() for part in ("-c", f"{k}={v}")]
        done = binaries.run(
            *("initdb", "-D", fresh, "-U", SUPERUSER, "-E", "UTF8", "--auth=trust"),
            *("--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C"),
            *settings,
            account=self.account,
        )
        if done.returncode:
            raise DatabaseTrouble(f"The database could not be made in {self.home}:\n{done.stdout}")
        fresh.rename(self.data)

    def check_version(self) -> None:
        """Raises DatabaseTrouble when another major version of PostgreSQL wrote the files."""
        theirs = (self.data / "PG_VERSION").read_text().strip()
        ours = binaries.major_version()
        if theirs != str(ours):
            raise DatabaseTrouble(
                f"The database in {self.data} was written by PostgreSQL {theirs}, and this "
                f"Foredesk brings PostgreSQL {ours}. Make a backup with the Foredesk that wrote "
                "it and restore that backup here: see docs/operations.md, Upgrading."
            )

    def pid(self) -> int | None:
        """The process id of the server while it runs, else None.

        A pid file alone proves nothing: after a crash its number may be any process's, or that
        of a dead child nobody has collected.
        """
        try:
            found = int((self.data / "postmaster.pid").read_text().split("\n")[0])
        except (FileNotFoundError, ValueError):
            return None
        state, command = _process(found)
        is_ours = state not in ("", "Z", "X") and f"-D {self.data} " in f"{command} "
        return found if is_ours else None

    def start(self, options: dict[str, str]) -> None:
        """Start the server and wait until it answers. Raises DatabaseTrouble with its log."""
        self._sweep()
        self.own(self.socket_folder)
        self.own(self.log.parent)
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_name("server.old.log"))
        given = {"unix_socket_directories": f'"{self.socket_folder}"', **options}
        flags = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in given.items())
        patience = time.monotonic() + 10
        while True:
            length = self.log.stat().st_size if self.log.exists() else 0
            done = binaries.run(
                *("pg_ctl", "start", "-D", self.data, "-l", self.log),
                *("-w", "-t", str(START_SECONDS), "-o", flags),
                account=self.account,
                timeout=START_SECONDS + 60,
            )
            if done.returncode == 0:
                return
            said = self._log_since(length)
            # Backends of a killed server take a moment to notice and let its memory go.
            is_lingering = "pre-existing shared memory block" in said
            if not is_lingering or time.monotonic() > patience:
                raise DatabaseTrouble(
                    f"The database did not start. Its log ({self.log}) ends with:\n"
                    f"{said[-2000:] or done.stdout}"
                )
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop the server at once, whoever uses it."""
        binaries.run(
            *("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", "600"),
            account=self.account,
        )

    def own(self, folder: Path) -> None:
        """Make `folder` for the database's account alone."""
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            if not self.account.is_own:
                os.chown(folder, self.account.uid, self.account.gid)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.account.uid:
            raise DatabaseTrouble(
                f"{folder} belongs to another user, so the database can't be kept there. Start "
                "Foredesk as the user who made that folder, or choose another data folder."
            )

    def _sweep(self) -> None:
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        if self.socket_folder.is_dir():
            for left in self.socket_folder.glob(".s.PGSQL.*"):
                left.unlink(missing_ok=True)

    def _log_since(self, position: int) -> str:
        if not self.log.exists():
            return ""
        with self.log.open("rb") as file:
            file.seek(position)
            return file.read().decode(errors="replace")


def _process(pid: int) -> tuple[str, str]:
    """State letter and command line of a process; both empty when there is none."""
    folder = Path("/proc") / str(pid)
    try:
        if Path("/proc/self").exists():
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            return state, os.fsdecode((folder / "cmdline").read_bytes()).replace("\0", " ")
        asked = ["ps", "-o", "state=,command=", "-p", str(pid)]
        said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        return said[:1], said[1:]
    except (OSError, IndexError):
        return "", ""
