"""`foredesk up`: the whole desk under one supervisor."""

from __future__ import annotations

import argparse
import gc
import http.client
import socket
import threading
from pathlib import Path
from typing import Any

from foredesk import __version__
from foredesk.cli import entering, preparing, roles
from foredesk.cli.trouble import Trouble
from foredesk.plumbing import env as environment
from foredesk.plumbing import logs, supervisor
from foredesk.plumbing.env import Env
from foredesk.plumbing.postgres import embedded


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("up", parents=[shared], help="start the whole desk")
    parser.add_argument("--host", help="address of the web server (default 127.0.0.1)")
    parser.add_argument("--port", help="port of the web server (default 8000)")
    parser.add_argument("--smtp-port", help="port of the mail intake (default 2525; 0 = off)")
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="load the demo workspace into an empty desk",
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    environment.override(
        host=given.host, port=given.port, smtp_port=given.smtp_port, demo=given.demo
    )
    env = Env.load()
    logs.configure(env.log, is_json=env.log_json)
    _refuse_taken_port(env.host, env.port, "FOREDESK_PORT or --port")
    if env.smtp_port:
        _refuse_taken_port(env.smtp_host, env.smtp_port, "FOREDESK_SMTP_PORT or --smtp-port")
    entering.private_folders(env)
    try:
        _enter(env)
        hint = preparing.in_fork(lambda: preparing.prepare(env))
        return supervisor.supervise(
            roles.table(env),
            each_second=lambda: _keep_database(env),
            is_ready=lambda: is_healthy(env),
            on_ready=lambda: _announce(env, hint),
        )
    finally:
        if env.has_embedded_database:
            embedded.release(env.data_dir)


def _enter(env: Env) -> None:
    """The database starts while Django is being imported.

    The collector rests: next to nothing of what is imported is garbage. Children wake it.
    """
    gc.disable()
    troubles: list[BaseException] = []

    def attach() -> None:
        try:
            entering.database(env)
        except BaseException as trouble:
            troubles.append(trouble)

    starting = threading.Thread(target=attach)
    starting.start()
    try:
        entering.django()
        roles.warm(env)
    finally:
        starting.join()
    if troubles:
        raise troubles[0]


def _keep_database(env: Env) -> None:
    if env.has_embedded_database and not embedded.is_running(env.data_dir):
        logs_of_loss = "The database has stopped; starting it again."
        supervisor.log.error(logs_of_loss)
        embedded.attach(env.data_dir)


def _refuse_taken_port(host: str, port: int, setting: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except PermissionError:
            raise Trouble(
                f"Port {port} needs more rights than this user has. Choose one above 1023 with "
                f"{setting}."
            ) from None
        except OSError as why:
            raise Trouble(
                f"Port {port} on {host} can't be used ({why.strerror}). Choose another with "
                f"{setting}."
            ) from None


def is_healthy(env: Env) -> bool:
    """Whether /healthz says yes."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(env.host, env.host)  # noqa: S104
    connection = http.client.HTTPConnection(host, env.port, timeout=1)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _announce(env: Env, hint: str) -> None:
    lines = [f"Foredesk {__version__} is ready at {env.url}", *(f"  {h}" for h in hint.split("\n"))]
    if env.smtp_port:
        lines.append(f"  Mail comes in by SMTP at {env.smtp_host}:{env.smtp_port}")
    lines.append(f"  Everything is kept in {_short(env.data_dir)}. Ctrl-C stops the desk.")
    print("\n".join(lines), flush=True)


def _short(path: Path) -> str:
    here = Path.cwd()
    return f"./{path.relative_to(here)}" if path.is_relative_to(here) else str(path)
