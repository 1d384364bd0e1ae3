"""`foredesk up`: from nothing to ready, through deaths, to a clean stop."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from foredesk.plumbing.postgres import embedded
from tests.peers.desk import ROOT, Desk, children, is_alive, until

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    top = Path(tempfile.mkdtemp(prefix="foredesk-up-"))
    top.chmod(0o755)
    one = Desk(top / "data")
    yield one
    one.stop()
    until(lambda: embedded.release(one.data_dir))
    shutil.rmtree(top)


@pytest.fixture
def running(desk: Desk) -> Desk:
    if desk.process is None or desk.process.poll() is not None:
        desk.start()
    return desk


@contextmanager
def live_stream(desk: Desk) -> Iterator[http.client.HTTPResponse]:
    """An agent's open page, as far as the server sees it."""
    email = desk.add_person("Ada")
    cookie = desk.run(
        "import json\n"
        "from django.conf import settings\n"
        "from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY\n"
        "from django.contrib.sessions.backends.db import SessionStore\n"
        "from foredesk.people.models import Agent\n"
        f"agent = Agent.objects.get(email={email!r})\n"
        "session = SessionStore()\n"
        "session[SESSION_KEY] = str(agent.pk)\n"
        "session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]\n"
        "session[HASH_SESSION_KEY] = agent.get_session_auth_hash()\n"
        "session.create()\n"
        "print(json.dumps(f'{settings.SESSION_COOKIE_NAME}={session.session_key}'))\n"
    )
    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=30)
    connection.request("GET", "/live", headers={"Host": "localhost", "Cookie": cookie})
    stream = connection.getresponse()
    assert stream.status == 200
    assert stream.readline() == b"retry: 1000\n"
    yield stream
    connection.close()


def test_from_nothing_to_a_desk_that_says_where_it_is(desk: Desk) -> None:
    desk.start()
    until(lambda: "is ready at" in desk.log.read_text())
    said = desk.log.read_text()
    assert f"is ready at http://localhost:{desk.port}" in said
    assert f"Set it up in a browser: http://localhost:{desk.port}/setup/?code=" in said
    with socket.create_connection(("127.0.0.1", desk.smtp_port), timeout=10) as smtp:
        assert smtp.recv(200).startswith(b"220 ")
    assert "Traceback" not in said


def test_a_taken_port_is_told_at_once(running: Desk) -> None:
    flags = ("--port", str(running.port), "--data-dir", str(running.data_dir))
    done = subprocess.run(
        [sys.executable, "-m", "foredesk.cli.main", "up", *flags],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert f"Port {running.port} on 127.0.0.1 can't be used" in done.stderr
    assert "--port" in done.stderr
    assert running.is_healthy()


def test_ctrl_c_leaves_nothing_behind(running: Desk) -> None:
    """Before anything is killed: what still recovers from that says so."""
    until(lambda: running.log.read_text().rstrip().endswith("Ctrl-C stops the desk."))
    everyone = [*running.roles, *children(running.web), running.postmaster]
    said = len(running.log.read_text())
    with live_stream(running) as stream:
        running.stop()
        while stream.readline():  # to its end
            pass
    assert [pid for pid in everyone if is_alive(pid)] == []
    assert not embedded.is_running(running.data_dir)
    assert running.log.read_text()[said:] == "", "a clean stop has nothing to say"


def test_every_killed_role_comes_back(running: Desk) -> None:
    before = running.roles
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(running.roles) == len(before) and not set(before) & set(running.roles))
    until(running.is_healthy)


def test_a_killed_web_worker_comes_back(running: Desk) -> None:
    before = children(running.web)
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(children(running.web)) == len(before) and before != children(running.web))
    until(running.is_healthy)


def test_a_killed_database_comes_back(running: Desk) -> None:
    before = running.postmaster
    os.kill(before, signal.SIGKILL)
    until(lambda: running.postmaster not in (0, before))
    until(running.is_healthy)


def test_a_killed_parent_leaves_no_orphan_and_does_not_block_the_next_start(running: Desk) -> None:
    everyone = [*running.roles, *children(running.web)]
    running.process.kill()
    running.process.wait()
    until(lambda: not any(is_alive(pid) for pid in everyone))
    until(lambda: not embedded.is_running(running.data_dir))
    running.start()
    running.stop()


def test_a_killed_everything_does_not_block_the_next_start(running: Desk) -> None:
    for pid in [running.process.pid, *children(running.process.pid), running.postmaster]:
        os.kill(pid, signal.SIGKILL)
    running.process.wait()
    running.start()
    running.stop()
