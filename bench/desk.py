"""A desk of its own for the bench: the real server in a temporary folder."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench import reporting, seeding

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Desk:
    """`foredesk up` with all its roles; ports and folder are its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.smtp_port = folder, free_port(), free_port()
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("FOREDESK_")},
            "FOREDESK_DATA_DIR": str(folder),
            "FOREDESK_PORT": str(self.port),
            "FOREDESK_SMTP_PORT": str(self.smtp_port),
            "FOREDESK_DEMO": "0",
            "FOREDESK_LOG": "warning",
        }
        self.environment.pop("DATABASE_URL", None)

    def start(self, *, look_every: float = 0.1) -> None:
        """Start it and wait until it is ready. Raises RuntimeError with what it said."""
        self.log = (self.folder.parent / "desk.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "foredesk.cli.main", "up"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        patience = time.monotonic() + 180
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > patience:
                said = (self.folder.parent / "desk.log").read_text()
                raise RuntimeError(f"The desk did not start:\n{said[-3000:]}")
            time.sleep(look_every)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()

    def enter(self) -> None:
        """Let this process speak to the same database, files and keys."""
        os.environ.update({k: v for k, v in self.environment.items() if k.startswith("FOREDESK_")})
        os.environ["DJANGO_SETTINGS_MODULE"] = "foredesk.config.settings"
        import django

        django.setup()

    @property
    def dsn(self) -> str:
        from foredesk.plumbing.postgres import embedded

        return embedded.dsn(self.folder)

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.dsn)

    @property
    def database_pid(self) -> int:
        """The process id of PostgreSQL's first process."""
        text = (self.folder / "postgres" / "data" / "postmaster.pid").read_text()
        return int(text.split("\n")[0])

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def seeded(size: int) -> Iterator[Desk]:
    """A running desk with so many tickets, entered by this process; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="foredesk-bench-") as folder:
        Path(folder).chmod(0o755)
        desk = Desk(Path(folder) / "data")
        desk.start()
        try:
            desk.enter()
            with desk.connect() as connection:
                seeding.grow(connection, upto=size)
                seeding.vacuum(connection)
            print(f"Measured {reporting.machine()}")
            yield desk
        finally:
            desk.stop()
