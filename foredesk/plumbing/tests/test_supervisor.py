"""The supervisor with real processes: deaths, stops and a killed parent."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

DESK = """
import os, pathlib, signal, subprocess, sys, time
from foredesk.plumbing import logs, supervisor
from foredesk.plumbing.supervisor import Role

logs.configure("info", is_json=False)
place = pathlib.Path(sys.argv[1])
kinds = sys.argv[2:]

def is_noted(name):
    return (place / name).exists() and (place / name).read_text().endswith("\\n")

def note(name, text):
    with (place / name).open("a") as file:
        file.write(f"{text}\\n")

def polite():
    signal.signal(signal.SIGTERM, lambda *_: (note("polite.stopped", os.getpid()), sys.exit(0)))
    note("polite", os.getpid())
    while True:
        time.sleep(60)

def failing():
    note("failing", time.monotonic())
    raise ValueError("no luck today")

def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note("stubborn", os.getpid())
    while True:
        time.sleep(60)

def parental():
    worker = subprocess.Popen(["sleep", "600"])
    note("grandchild", worker.pid)
    note("parental", os.getpid())
    worker.wait()

supervisor.STOP_SECONDS = 1.0
code = supervisor.supervise(
    [Role(kind, globals()[kind]) for kind in kinds],
    is_ready=lambda: all(is_noted(kind) for kind in kinds),
    on_ready=lambda: print("ready", flush=True),
)
print("stopped", flush=True)
sys.exit(code)
"""


def until(is_true: Callable[[], bool], seconds: float = 20) -> None:
    patience = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Desk:
    def __init__(self, place: Path, *kinds: str) -> None:
        self.place = place
        self.process = subprocess.Popen(
            [sys.executable, "-c", DESK, str(place), *kinds],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=(place / "log").open("w"),
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def noted(self, name: str) -> list[str]:
        path = self.place / name
        return path.read_text().splitlines() if path.exists() else []

    def pid(self, name: str) -> int:
        return int(self.noted(name)[-1])

    @property
    def log(self) -> str:
        return (self.place / "log").read_text()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(*kinds: str) -> Desk:
        made.append(Desk(tmp_path, *kinds))
        return made[-1]

    yield make
    for one in made:
        one.process.kill()
        one.process.wait()


def test_a_killed_role_is_started_again_and_the_log_says_why(desk) -> None:
    running = desk("polite")
    first = running.pid("polite")
    os.kill(first, signal.SIGKILL)
    until(lambda: len(running.noted("polite")) == 2)
    assert running.pid("polite") != first
    assert "polite was killed by SIGKILL; starting it again in 0.2 s" in running.log


def test_a_role_that_keeps_failing_is_started_ever_more_rarely(desk) -> None:
    running = desk("failing")
    until(lambda: len(running.noted("failing")) >= 4)
    moments = [float(text) for text in running.noted("failing")]
    gaps = [after - before for before, after in itertools.pairwise(moments)]
    assert gaps[0] >= 0.2
    assert gaps[1] >= 0.4
    assert gaps[2] >= 0.8
    assert "failing  | ERROR: failing failed" in running.log
    assert "ValueError: no luck today" in running.log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_all_roles_first(desk, number: signal.Signals) -> None:
    running = desk("polite")
    running.process.send_signal(number)
    assert running.process.wait(10) == 0
    assert running.pid("polite.stopped") == running.pid("polite")
    assert running.process.stdout.read() == "stopped\n"


def test_ctrl_c_reaches_the_parent_alone(desk) -> None:
    running = desk("polite")
    os.killpg(running.process.pid, signal.SIGINT)
    assert running.process.wait(10) == 0
    assert len(running.noted("polite.stopped")) == 1
    assert "KeyboardInterrupt" not in running.log


def test_a_role_that_will_not_stop_is_killed(desk) -> None:
    running = desk("stubborn", "polite")
    running.process.terminate()
    assert running.process.wait(10) == 0
    assert not is_alive(running.pid("stubborn"))
    assert "stubborn did not stop in time and is killed" in running.log
    assert running.noted("polite.stopped")


def test_what_a_role_started_dies_with_it(desk) -> None:
    running = desk("parental")
    grandchild = running.pid("grandchild")
    os.kill(running.pid("parental"), signal.SIGKILL)
    until(lambda: not is_alive(grandchild))


def test_roles_die_with_a_killed_parent(desk) -> None:
    running = desk("polite", "stubborn")
    running.process.kill()
    running.process.wait()
    until(lambda: not is_alive(running.pid("polite")))
    until(lambda: not is_alive(running.pid("stubborn")))
