"""A desk of the tests' own: `foredesk up` in a scratch folder, used as people and scripts do."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from foredesk.plumbing.postgres import account, cluster, embedded
from tests.peers import prepared

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"


def until(is_true: Callable[[], bool], seconds: float = 90) -> None:
    patience = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Desk:
    """A desk in a scratch folder, started as a person would."""

    def __init__(self, data_dir: Path | None = None, **settings: str) -> None:
        """`settings` are further environment variables. Without a folder it has one of its own
        with all tables; in one that is given it starts from what is there."""
        if data_dir is None:
            top = Path(tempfile.mkdtemp(prefix="foredesk-desk-"))
            top.chmod(0o755)
            data_dir = top / "data"
            prepared.lay(data_dir)
        self.data_dir = data_dir
        self.port, self.smtp_port = free_port(), free_port()
        self.url = f"http://localhost:{self.port}"
        self.settings = settings
        self.log = data_dir.parent / f"{data_dir.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it and wait until it is ready; returns the seconds that took."""
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "foredesk.cli.main", "up"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        until(lambda: self.is_healthy() or self.process.poll() is not None, 120)
        assert self.process.poll() is None, self.log.read_text()
        return time.monotonic() - began

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every command of this desk."""
        own = {k: v for k, v in os.environ.items() if not k.startswith("FOREDESK_")}
        own.pop("DATABASE_URL", None)
        return own | {
            "FOREDESK_DATA_DIR": str(self.data_dir),
            "FOREDESK_PORT": str(self.port),
            "FOREDESK_SMTP_PORT": str(self.smtp_port),
            "FOREDESK_DEMO": "0",
            "FOREDESK_DNS": "off",
            "PYTHONPATH": str(ROOT),
            **self.settings,
        }

    def cli(self, *words: str, given: str = "", seconds: float = 120) -> str:
        """Run a `foredesk` command; returns what it printed. Fails with its words."""
        done = subprocess.run(
            [sys.executable, "-m", "foredesk.cli.main", *words],
            cwd=ROOT,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def run(self, code: str, *, seconds: float = 120) -> Any:
        """Run Python inside the desk, as its commands are run; returns the JSON it prints last."""
        start = (
            "from foredesk.cli import entering\n"
            "from foredesk.plumbing.env import Env\n"
            "entering.database(Env.load()); entering.django()\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", start + code],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        lines = done.stdout.strip().splitlines()
        return json.loads(lines[-1]) if lines else None

    def ask(self, query: str) -> list[Any]:
        """What the desk's database answers, for those who ask again and again."""
        with psycopg.connect(embedded.dsn(self.data_dir), autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def tickets(self) -> list[dict[str, Any]]:
        """All tickets, newest activity first."""
        return json.loads(self.cli("ticket", "list", "--json", "--limit", "10000"))

    def ticket(self, number: int) -> dict[str, Any]:
        """One ticket with its messages."""
        return json.loads(self.cli("ticket", "show", str(number), "--json"))

    def add_person(self, name: str, role: str = "admin") -> str:
        """An agent who signs in with PASSWORD; returns the address."""
        email = f"{name.lower()}@shop.example"
        words = ("--email", email, "--name", name, "--role", role, "--password-stdin")
        self.cli("user", "add", *words, given=PASSWORD)
        return email

    def clear(self) -> None:
        """Stop and remove everything, whatever state it is in."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        embedded.release(self.data_dir)
        shutil.rmtree(self.data_dir.parent, ignore_errors=True)

    def __enter__(self) -> Desk:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def is_healthy(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    @property
    def roles(self) -> list[int]:
        """Pids of the roles: the supervisor's children that have its command line."""
        own = Path(f"/proc/{self.process.pid}/cmdline").read_bytes()
        return [
            pid
            for pid in children(self.process.pid)
            if is_alive(pid) and Path(f"/proc/{pid}/cmdline").read_bytes() == own
        ]

    def pid_of(self, role: str) -> int:
        """The process of a role: web, worker, intake or pollers. 0 while it is being restarted."""
        for pid in self.roles:
            try:
                name = Path(f"/proc/{pid}/comm").read_text().strip()
                if name == f"foredesk-{role}"[:15]:  # Linux keeps no more of it
                    return pid
            except OSError:
                continue
        return 0

    @property
    def web(self) -> int:
        return next(pid for pid in self.roles if children(pid))

    @property
    def postmaster(self) -> int:
        return cluster.Cluster(self.data_dir / "postgres", account.current()).pid() or 0

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            assert self.process.wait(40) == 0
