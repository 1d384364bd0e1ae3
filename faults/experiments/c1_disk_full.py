"""C1: the disk of the files, of the database and of the logs is full, then has room again: 4xx
meanwhile, nothing half, admins told before."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from faults.counting import Outcome, times
from faults.mailboxes import Far
from faults.rig import Rig
from tests.peers.desk import until

MAILS, ROUNDS = 40, 1
FILES, DATA, LOGS = 8, 400, 1
"""The sizes of the small disks in megabytes."""
BACK = 60  # seconds until mail is taken again once there is room
TOLD = 90  # seconds until the admins are told; the desk looks once a minute


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("C1 disk full")
    if os.geteuid():
        outcome.troubles.append("it takes root to mount a small disk")
        return outcome
    mails = times(MAILS, scale, most=400, least=10)
    for number in range(times(ROUNDS, scale, most=5)):
        _files(rig, f"c1f{number}", mails, outcome)
    _data_and_logs(mails, times(ROUNDS, scale, most=5), outcome)
    return outcome


def _files(rig: Rig, name: str, mails: int, outcome: Outcome) -> None:
    """Mail by SMTP is put off, mail in a mailbox stays there, unread."""
    files = rig.desk.data_dir / "files"
    files.mkdir(exist_ok=True)
    kept = files.with_name("files.kept")
    files.rename(kept)
    files.mkdir()
    with Far(rig, f"{name}@shop.example") as far:
        try:
            with _disk(files, FILES):
                promised = rig.hand_over(name, range(mails), outcome)
                far.connect(after_fetch="seen")
                promised |= far.deliver(name, [900])
                far.wait_for(name, promised, outcome)
                _fill(files)
                promised |= far.deliver(name, [901])
                refused = _must_be_put_off(rig, name, outcome)
                far.until_deaf("can't be stored here")
                if b"\\Seen" in far.server.flags(far.address)[-1]:
                    outcome.troubles.append("a mail that was not kept is marked as read")
                _make_room(files)
                promised |= _is_back(rig, name, outcome)
                far.wait_for(name, promised, outcome)
                _count(rig, name, promised, refused, outcome)
                _merge(files, kept)
        finally:
            files.rmdir()
            kept.rename(files)


def _data_and_logs(mails: int, rounds: int, outcome: Outcome) -> None:
    """A desk whose data folder, with the database in it, and whose log have small disks."""
    top = Path(tempfile.mkdtemp(prefix="foredesk-desk-"))
    top.chmod(0o755)
    data, logs = top / "data", top / "logs"
    data.mkdir()
    logs.mkdir()
    with _disk(data, DATA), _disk(logs, LOGS):
        data.chmod(0o711)
        with Rig(data_dir=data, TMPDIR=str(logs), log=logs / "desk.log") as rig:
            for number in range(rounds):
                _database(rig, data, f"c1d{number}", mails, outcome, is_first=not number)
                _logs(rig, logs, f"c1l{number}", mails, outcome)
    shutil.rmtree(top)


def _database(
    rig: Rig, data: Path, name: str, mails: int, outcome: Outcome, *, is_first: bool
) -> None:
    promised = rig.hand_over(name, range(mails), outcome)
    rig.settle_in(outcome)
    _fill(data, to_percent=92)
    if is_first:
        told = "disk is"
        until(lambda: any(told in str(one.mail["subject"]) for one in rig.sink.taken), TOLD)
    _fill(data)
    with_wal = [
        "select pg_switch_wal()",
        "create table full_up as select generate_series(1, 100000)",
    ]
    for query in with_wal:  # what is prepared in the write-ahead log is used up
        _try(rig, query)
    refused = _must_be_put_off(rig, name, outcome)
    _make_room(data)
    promised |= _is_back(rig, name, outcome)
    _try(rig, "drop table if exists full_up")
    _count(rig, name, promised, refused, outcome)


def _logs(rig: Rig, logs: Path, name: str, mails: int, outcome: Outcome) -> None:
    """Nobody can write a line; a role dies and is started again all the same."""
    _fill(logs)
    promised = rig.hand_over(name, range(mails), outcome)
    rig.kill_surely("intake", Outcome(""))
    rig.kill_surely("worker", Outcome(""))
    promised |= rig.hand_over(name, range(100, 100 + mails), outcome)
    rig.settle_in(outcome, hurries=True)
    _make_room(logs)
    _count(rig, name, promised, set(), outcome)


def _must_be_put_off(rig: Rig, name: str, outcome: Outcome) -> set[str]:
    """Mails that are answered with 4xx, or with nothing while the intake is away."""
    refused = {f"{name}-{number}" for number in range(1000, 1010)}
    for mark in sorted(refused):
        answer = rig.answer_to(mark)
        if not answer.startswith("4"):
            outcome.troubles.append(f"a full disk was answered with {answer}")
            break
    return refused


def _is_back(rig: Rig, name: str, outcome: Outcome) -> set[str]:
    """Mails that are taken now that there is room."""
    began = time.monotonic()
    promised = rig.hand_over(name, range(2000, 2010), outcome)
    outcome.must_be_within(BACK, began, "mail was taken again")
    return promised


def _count(rig: Rig, name: str, promised: set[str], refused: set[str], outcome: Outcome) -> None:
    rig.settle_in(outcome, hurries=True)
    found = rig.stored(name)
    outcome.count_in(promised, found)
    outcome.rounds += 1
    half = refused & set(found)
    if half:
        outcome.troubles.append(f"refused and kept all the same: {len(half)}")


@contextmanager
def _disk(place: Path, megabytes: int) -> Iterator[None]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def _fill(place: Path, to_percent: int = 100) -> None:
    """Write until the disk is full, or so full."""
    usage = shutil.disk_usage(place)
    left = usage.total * to_percent // 100 - usage.used if to_percent < 100 else usage.free
    path = place / f"ballast-{to_percent}"
    with path.open("ab", buffering=0) as ballast, contextlib.suppress(OSError):
        while left > 0 or to_percent == 100:
            left -= ballast.write(b"x" * (4096 if left < 2**20 else 2**20))


def _make_room(place: Path) -> None:
    for ballast in place.glob("ballast-*"):
        ballast.unlink()


def _merge(small: Path, large: Path) -> None:
    """What was kept on the small disk is not to be missed when it is gone."""
    shutil.copytree(small, large, dirs_exist_ok=True)


def _try(rig: Rig, query: str) -> None:
    """Run a statement that may fail, and take the server with it."""
    with (
        contextlib.suppress(psycopg.Error),
        psycopg.connect(rig.dsn, autocommit=True, connect_timeout=5) as there,
    ):
        there.execute(query)
