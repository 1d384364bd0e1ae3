"""A PostgreSQL with a synchronous standby, both of the kind that the desk brings along."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from faults.rig import Rig
from foredesk.plumbing.postgres import account, binaries
from foredesk.plumbing.postgres.cluster import SUPERUSER, Cluster
from foredesk.plumbing.postgres.embedded import DATABASE, EXTENSIONS
from tests.peers.desk import free_port, is_alive, until
from tests.peers.proxy import Proxy


class Pair:
    """`with Pair() as pair:` a primary on `pair.port` and a standby that can take its place."""

    def __enter__(self) -> Pair:
        self.top = Path(tempfile.mkdtemp(prefix="foredesk-pair-"))
        self.top.chmod(0o755)
        self.port, self.spare_port = free_port(), free_port()
        who = account.current()
        self.primary, self.standby = (Cluster(self.top / n, who) for n in ("primary", "standby"))
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self.primary, self.standby):
            if one.pid() is not None:
                one.stop()
        shutil.rmtree(self.top, ignore_errors=True)

    def _begin(self) -> None:
        self.primary.own(self.primary.home)
        self.primary.create()
        self.primary.start(_options(self.port))
        with psycopg.connect(_dsn(self.port, "postgres"), autocommit=True) as there:
            there.execute(f"create database {DATABASE}")
        with psycopg.connect(_dsn(self.port), autocommit=True) as there:
            for name in EXTENSIONS:
                there.execute(f"create extension {name}")
        self.standby.own(self.standby.home)
        done = binaries.run(
            *("pg_basebackup", "-D", self.standby.data, "-R", "-X", "stream", "-c", "fast"),
            *("-h", "127.0.0.1", "-p", str(self.port), "-U", SUPERUSER),
            account=self.standby.account,
        )
        assert done.returncode == 0, done.stdout
        self.standby.start(_options(self.spare_port))
        # after the copy, so that the standby does not inherit it and wait for nobody once promoted
        with psycopg.connect(_dsn(self.port), autocommit=True) as there:
            there.execute("alter system set synchronous_standby_names = '*'")
            there.execute("select pg_reload_conf()")
            synced = "select count(*) from pg_stat_replication where sync_state = 'sync'"
            until(lambda: there.execute(synced).fetchone() == (1,), 30)

    def fail_over(self) -> None:
        """Kill the primary, make the standby take its place."""
        pid = self.primary.pid()
        assert pid
        os.kill(pid, signal.SIGKILL)
        until(lambda: not is_alive(pid))
        done = binaries.run(
            *("pg_ctl", "promote", "-D", self.standby.data, "-w"), account=self.standby.account
        )
        assert done.returncode == 0, done.stdout


@contextmanager
def desk_on_a_wire() -> Iterator[tuple[Rig, Proxy, Pair]]:
    """A desk on such a pair, and the wire in between: it leads to the primary."""
    with Pair() as pair, Proxy(pair.port) as wire:
        url = f"postgresql://{SUPERUSER}@127.0.0.1:{wire.port}/{DATABASE}"
        with Rig(DATABASE_URL=url) as rig:
            yield rig, wire, pair


def _options(port: int) -> dict[str, str]:
    return {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "wal_level": "replica",
        "max_wal_senders": "5",
        "synchronous_commit": "on",
    }


def _dsn(port: int, name: str = DATABASE) -> str:
    return f"postgresql://{SUPERUSER}@127.0.0.1:{port}/{name}"
