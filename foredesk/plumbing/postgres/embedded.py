"""Attaching to the embedded server: the one door for every process that needs the database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from foredesk.plumbing.postgres import account, binaries, guard, locks
from foredesk.plumbing.postgres.binaries import DatabaseTrouble
from foredesk.plumbing.postgres.cluster import FOR_TESTS, SUPERUSER, Cluster, socket_folder

DATABASE = "foredesk"
EXTENSIONS = ("pg_trgm", "unaccent", "vector")

_held: dict[Path, int] = {}


def dsn(data_dir: Path, database: str = DATABASE) -> str:
    """The address of the server of `data_dir`, whether it runs or not."""
    folder = quote(str(socket_folder(_home(data_dir))), safe="")
    return f"postgresql://{SUPERUSER}@/{database}?host={folder}"


def attach(data_dir: Path, *, for_tests: bool = False) -> str:
    """Make sure that the server of `data_dir` runs, and keep it running for this process's life.

    Makes the server, its database and extensions when they are missing; safe to call from many
    processes at once and any number of times. Forks of this process keep the server running too.
    `for_tests` trades safety for speed. Returns the address to connect to.
    Raises DatabaseTrouble with a sentence for the person who started Foredesk.
    """
    cluster = _open(data_dir)
    with locks.held(cluster.home / "start.lock"):
        if cluster.home not in _held:
            handle = locks.take(cluster.home / "users.lock", is_shared=True)
            assert handle is not None
            _held[cluster.home] = handle
        try:
            _ensure_guard(cluster)
            _ensure_running(cluster, FOR_TESTS if for_tests else {})
        except BaseException:
            os.close(_held.pop(cluster.home))
            raise
    return dsn(data_dir)


def is_running(data_dir: Path) -> bool:
    """Whether the server of `data_dir` runs at this moment."""
    return _cluster(data_dir).pid() is not None


def is_used(data_dir: Path) -> bool:
    """Whether any process, this one included, uses the server of `data_dir`.

    Waits while a guard stops the server, which no longer counts as use.
    """
    users = _home(data_dir) / "users.lock"
    if not users.exists():
        return False
    if (shared := locks.take(users, is_shared=True)) is not None:
        os.close(shared)
    return not locks.is_free(users)


def release(data_dir: Path, *, seconds: float = 60) -> bool:
    """Let go of the server, and wait until it has stopped unless others still use it.

    Returns whether it has stopped. Forks of this process must be gone, or they count as others.
    """
    cluster = _cluster(data_dir)
    if (handle := _held.pop(cluster.home, None)) is not None:
        os.close(handle)
    users = cluster.home / "users.lock"
    patience = time.monotonic() + seconds
    while cluster.pid() is not None and time.monotonic() < patience:
        if locks.is_free(users):
            _ensure_guard(cluster)
        elif (shared := locks.take(users, is_shared=True, can_wait=False)) is not None:
            os.close(shared)
            return False
        time.sleep(0.02)
    return cluster.pid() is None


def _home(data_dir: Path) -> Path:
    return data_dir.resolve() / "postgres"


def _cluster(data_dir: Path) -> Cluster:
    try:
        return Cluster(_home(data_dir), account.current())
    except account.NoAccount as why:
        raise DatabaseTrouble(str(why)) from None


def _open(data_dir: Path) -> Cluster:
    """The cluster with its folder made, after checking that its account can get there."""
    cluster = _cluster(data_dir)
    whose = cluster.account
    make_data_dir(data_dir.resolve())
    try:
        cluster.home.mkdir(mode=0o755, exist_ok=True)
    except OSError as why:
        raise DatabaseTrouble(f"The data folder {data_dir} can't be used: {why}.") from None
    if not os.access(cluster.home, os.R_OK | os.W_OK | os.X_OK):
        raise DatabaseTrouble(
            f"The data folder {data_dir} belongs to another user. Start Foredesk as that user, "
            "or choose another folder with FOREDESK_DATA_DIR."
        )
    if closed := whose.closed_folder(cluster.home):
        raise DatabaseTrouble(
            f"Foredesk was started as root, its database runs as the user {account.NAME}, and "
            f"that user may not enter {closed}. Choose a data folder outside it, for example "
            "FOREDESK_DATA_DIR=/srv/foredesk, or start Foredesk as an ordinary user."
        )
    if closed := whose.closed_folder(binaries.folder()):
        raise DatabaseTrouble(
            f"Foredesk was started as root, its database runs as the user {account.NAME}, and "
            f"that user may not enter {closed}, where Foredesk is installed. Install it "
            "somewhere else, for example in /opt or /srv, or start it as an ordinary user."
        )
    return cluster


def make_data_dir(folder: Path) -> None:
    """Make the data folder: private, but passable for the database's account under root.

    Raises DatabaseTrouble when it can't be made.
    """
    mode = 0o700 if os.geteuid() else 0o711
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=mode, exist_ok=True)
        if os.geteuid() == 0 and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    except OSError as why:
        raise DatabaseTrouble(f"The data folder {folder} can't be used: {why}.") from None


def _ensure_guard(cluster: Cluster) -> None:
    if not locks.is_free(cluster.home / "guard.lock"):
        return
    whose = cluster.account
    subprocess.Popen(
        [
            *(sys.executable, "-I", "-S", guard.__file__),
            *(str(cluster.home), str(binaries.folder()), str(whose.uid), str(whose.gid)),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )


def _ensure_running(cluster: Cluster, options: dict[str, str]) -> None:
    is_ready = cluster.home / "ready"
    if cluster.pid() is None:
        if not (cluster.data / "PG_VERSION").exists():
            is_ready.unlink(missing_ok=True)
            cluster.create()
        cluster.check_version()
        cluster.start(options)
    if not is_ready.exists():
        _create_database(cluster)
        is_ready.touch()


def _create_database(cluster: Cluster) -> None:
    import psycopg  # Heavy, and needed only the first time.

    data_dir = cluster.home.parent
    with psycopg.connect(dsn(data_dir, "postgres"), autocommit=True) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [DATABASE])
        if found.fetchone() is None:
            connection.execute(f"create database {DATABASE}")
    with psycopg.connect(dsn(data_dir), autocommit=True) as connection:
        for name in EXTENSIONS:
            connection.execute(f"create extension if not exists {name}")
