"""What goes wrong with the processes of a desk under test."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from faults.counting import Outcome
from tests.peers.desk import Desk, children, is_alive, until


class Breaking:
    """The part of a Rig that kills."""

    desk: Desk
    folder: Path

    def kill(self, role: str) -> bool:
        """Kill a role as the kernel does; False while it is being restarted."""
        pid = self.desk.pid_of(role)
        if pid:
            os.kill(pid, signal.SIGKILL)
        return bool(pid)

    def kill_surely(self, role: str, outcome: Outcome) -> None:
        """Kill a role as soon as it runs; one round."""
        until(lambda: self.kill(role))
        outcome.rounds += 1

    def start_killing(
        self, role: str, pauses: Iterable[float], outcome: Outcome
    ) -> threading.Thread:
        """Kill a role after each of `pauses` seconds; the thread ends when all are done."""

        def run() -> None:
            for pause in pauses:
                time.sleep(pause)
                self.kill_surely(role, outcome)

        killer = threading.Thread(target=run)
        killer.start()
        return killer

    def crash_at(self, point: str, times: int) -> None:
        """The next processes that come to `point` die there."""
        for number in range(times):
            (self.folder / f"crash-{point}-{number}").touch()

    def tokens(self) -> list[str]:
        return sorted(one.name for one in self.folder.glob("crash-*"))

    def forget_tokens(self) -> None:
        for token in self.folder.glob("crash-*"):
            token.unlink(missing_ok=True)

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
