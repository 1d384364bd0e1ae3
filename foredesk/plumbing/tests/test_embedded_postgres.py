"""The embedded server against real deaths: of its users, its guard and itself."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from foredesk.plumbing.postgres import account, cluster, embedded, locks

ROOT = Path(__file__).resolve().parents[3]
USER = """
import sys, pathlib
from foredesk.plumbing.postgres import embedded
print(embedded.attach(pathlib.Path(sys.argv[1]), for_tests=True), flush=True)
sys.stdin.read()
"""


def until(is_true: Callable[[], bool], seconds: float = 20) -> None:
    patience = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.01)


def start_user(data_dir: Path) -> subprocess.Popen[str]:
    """A process that uses the server until its input is closed or it is killed."""
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(data_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def use(data_dir: Path) -> subprocess.Popen[str]:
    user = start_user(data_dir)
    assert user.stdout is not None
    assert user.stdout.readline().startswith("postgresql://")
    return user


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


def answers(data_dir: Path) -> int:
    with psycopg.connect(embedded.dsn(data_dir)) as connection:
        return connection.execute("select 1").fetchone()[0]


def the_cluster(data_dir: Path) -> cluster.Cluster:
    return cluster.Cluster(data_dir / "postgres", account.current())


def guard_pid(data_dir: Path) -> int:
    home = str(data_dir / "postgres")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if home in words and any(word.endswith("guard.py") for word in words):
            return int(folder.name)
    raise AssertionError("no guard")


def is_guarded(data_dir: Path) -> bool:
    return not locks.is_free(data_dir / "postgres" / "guard.lock")


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A server that was made and stopped, to copy for each test."""
    folder = Path(tempfile.mkdtemp(prefix="foredesk-"))
    embedded.attach(folder, for_tests=True)
    assert embedded.release(folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data_dir(made: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="foredesk-"))
    subprocess.run(["cp", "-a", f"{made}/.", str(folder)], check=True)
    yield folder
    embedded.release(folder)
    assert not embedded.is_running(folder)
    shutil.rmtree(folder)


def test_the_database_has_its_extensions_and_unicode_rules(data_dir: Path) -> None:
    with psycopg.connect(embedded.attach(data_dir, for_tests=True)) as connection:
        names = {row[0] for row in connection.execute("select extname from pg_extension")}
        assert {"pg_trgm", "unaccent", "vector"} <= names
        assert connection.execute("select upper('straße')").fetchone()[0] == "STRASSE"
        assert connection.execute("show fsync").fetchone()[0] == "off"


def test_a_desk_that_serves_people_keeps_its_safety(data_dir: Path) -> None:
    with psycopg.connect(embedded.attach(data_dir)) as connection:
        assert connection.execute("show fsync").fetchone()[0] == "on"


def test_the_server_stops_after_its_user_was_killed(data_dir: Path) -> None:
    kill(use(data_dir))
    until(lambda: not embedded.is_running(data_dir))


def test_the_server_stays_while_one_of_two_users_lives(data_dir: Path) -> None:
    first, second = use(data_dir), use(data_dir)
    kill(first)
    assert answers(data_dir) == 1
    assert not locks.is_free(data_dir / "postgres" / "users.lock")
    kill(second)
    until(lambda: not embedded.is_running(data_dir))


def test_a_fork_keeps_the_server_after_its_parent(data_dir: Path) -> None:
    user = start_user(data_dir)
    assert user.stdout is not None
    user.stdout.readline()
    embedded.attach(data_dir)
    release, let_go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(let_go)
        os.read(release, 1)
        os._exit(0)
    os.close(release)
    kill(user)
    assert embedded.release(data_dir, seconds=1) is False, "the fork still uses it"
    assert answers(data_dir) == 1
    os.close(let_go)
    os.waitpid(child, 0)
    until(lambda: not embedded.is_running(data_dir))


def test_a_server_that_is_being_stopped_is_not_in_use(data_dir: Path) -> None:
    user = use(data_dir)
    assert embedded.is_used(data_dir)
    kill(user)
    assert not embedded.is_used(data_dir)


def test_two_starters_at_once_share_one_server(data_dir: Path) -> None:
    users = [start_user(data_dir) for _ in range(3)]
    addresses = {user.stdout.readline() for user in users if user.stdout}
    assert len(addresses) == 1
    assert answers(data_dir) == 1
    for user in users:
        kill(user)
    until(lambda: not embedded.is_running(data_dir))


def test_after_user_and_guard_were_killed_the_next_start_guards_again(data_dir: Path) -> None:
    user = use(data_dir)
    until(lambda: is_guarded(data_dir))
    os.kill(guard_pid(data_dir), signal.SIGKILL)
    kill(user)
    until(lambda: not is_guarded(data_dir))
    assert embedded.is_running(data_dir)
    kill(use(data_dir))
    until(lambda: not embedded.is_running(data_dir))


def test_a_killed_guard_does_not_hinder_a_clean_stop(data_dir: Path) -> None:
    embedded.attach(data_dir, for_tests=True)
    until(lambda: is_guarded(data_dir))
    os.kill(guard_pid(data_dir), signal.SIGKILL)
    assert embedded.release(data_dir)


def test_a_killed_server_is_started_again_with_its_rows(data_dir: Path) -> None:
    address = embedded.attach(data_dir)
    with psycopg.connect(address) as connection:
        connection.execute("create table kept as select 42 as answer")
    os.kill(the_cluster(data_dir).pid() or 0, signal.SIGKILL)
    until(lambda: not embedded.is_running(data_dir))
    embedded.attach(data_dir)
    with psycopg.connect(address) as connection:
        assert connection.execute("select answer from kept").fetchone()[0] == 42


def test_everything_killed_at_once_does_not_block_the_next_start(data_dir: Path) -> None:
    user = use(data_dir)
    until(lambda: is_guarded(data_dir))
    for pid in (user.pid, guard_pid(data_dir), the_cluster(data_dir).pid() or 0):
        os.kill(pid, signal.SIGKILL)
    user.wait()
    until(lambda: not embedded.is_running(data_dir))
    embedded.attach(data_dir)
    assert answers(data_dir) == 1


def test_a_pid_file_with_the_number_of_another_process_is_not_believed(data_dir: Path) -> None:
    pid_file = data_dir / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{data_dir}\n")
    assert not embedded.is_running(data_dir)
    embedded.attach(data_dir, for_tests=True)
    assert answers(data_dir) == 1


def test_a_server_made_half_way_is_made_again() -> None:
    folder = Path(tempfile.mkdtemp(prefix="foredesk-"))
    home = folder / "postgres"
    (home / "data.new").mkdir(parents=True)
    (home / "data.new" / "PG_VERSION").write_text("18\n")
    try:
        embedded.attach(folder, for_tests=True)
        assert answers(folder) == 1
    finally:
        embedded.release(folder)
        shutil.rmtree(folder)


def test_a_path_too_long_for_a_socket_works(made: Path) -> None:
    top = Path(tempfile.mkdtemp(prefix="foredesk-"))
    top.chmod(0o755)
    folder = top / ("a long name " * 9).strip()
    folder.mkdir()
    subprocess.run(["cp", "-a", f"{made}/.", str(folder)], check=True)
    try:
        embedded.attach(folder, for_tests=True)
        assert answers(folder) == 1
        assert the_cluster(folder).socket_folder.parent == Path("/tmp")
        assert the_cluster(folder).socket_folder.stat().st_mode & 0o777 == 0o700
    finally:
        embedded.release(folder)
        shutil.rmtree(the_cluster(folder).socket_folder)
        shutil.rmtree(top)


def test_files_of_another_major_version_are_refused_with_the_way_out(data_dir: Path) -> None:
    (data_dir / "postgres" / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.DatabaseTrouble, match=r"written by PostgreSQL 17.*Upgrading"):
        embedded.attach(data_dir)
    assert locks.is_free(data_dir / "postgres" / "users.lock")


def test_a_server_that_cannot_start_says_what_its_log_says(data_dir: Path) -> None:
    with (data_dir / "postgres" / "data" / "postgresql.conf").open("a") as file:
        file.write("\nshared_buffers = nonsense\n")
    with pytest.raises(embedded.DatabaseTrouble, match="shared_buffers"):
        embedded.attach(data_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the database another account")
def test_root_is_told_which_folder_is_closed_to_the_database() -> None:
    top = Path(tempfile.mkdtemp(prefix="foredesk-"))
    try:
        with pytest.raises(embedded.DatabaseTrouble, match=f"may not enter {top}"):
            embedded.attach(top / "inside")
        assert top.stat().st_mode & 0o777 == 0o700, "folders that are not ours stay as they are"
    finally:
        shutil.rmtree(top)
