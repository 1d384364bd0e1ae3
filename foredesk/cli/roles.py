"""The roles of a desk: what each process runs. Imports wait until a role starts."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
from typing import Any

from foredesk.plumbing import supervisor
from foredesk.plumbing.env import Env
from foredesk.plumbing.supervisor import Role

ASGI = "foredesk.config.asgi"
WORKER_GRACE_SECONDS = 20
WEB_GRACE_SECONDS = 10  # pages end in far less, live streams are told to


def table(env: Env) -> list[Role]:
    """The roles that `foredesk up` starts."""
    roles = [
        Role("web", lambda: web(env)),
        Role("worker", lambda: worker(env)),
        Role("pollers", pollers),
    ]
    if env.smtp_port:
        roles.append(Role("intake", intake))
    return roles


def warm(env: Env) -> None:
    """Import what the roles need, so that the parent holds it once for all of them."""
    for name in (ASGI, "granian", "foredesk.channels.intake", "foredesk.channels.pollers"):
        importlib.import_module(name)
    from django.urls import get_resolver

    get_resolver()._populate()
    from foredesk.design import warming

    warming.load_all(env.data_dir / "cache")


def web(env: Env) -> None:
    """Serve pages and the live stream until SIGTERM."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    # Workers are forks, so that they share the memory of this process. Until one has handlers of
    # its own it must not inherit the parent's: that would swallow the order to stop.
    multiprocessing.set_start_method("fork", force=True)
    os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))
    static = env.data_dir / "static"
    static.mkdir(parents=True, exist_ok=True)
    Granian(
        f"{ASGI}:application",
        address=env.host,
        port=env.port,
        interface=Interfaces.ASGI,
        workers=env.web_workers,
        respawn_failed_workers=True,
        workers_kill_timeout=WEB_GRACE_SECONDS,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        static_path_route=["/static"],
        static_path_mount=[static],
        log_level=LogLevels.warning,
        log_dictconfig=env.logging(),
    ).serve(target_loader=_application, wrap_loader=False)


def _application() -> Any:
    """Runs in each web worker."""
    supervisor.die_with_parent()
    return importlib.import_module(ASGI).application


def worker(env: Env) -> None:
    """Run jobs until SIGTERM; jobs in hand get 20 s to end."""
    from foredesk.plumbing.jobs import fetching_app

    fetching_app().run_worker(
        concurrency=env.worker_concurrency,
        fetch_job_polling_interval=0.5,
        listen_notify=True,
        shutdown_graceful_timeout=WORKER_GRACE_SECONDS,
        delete_jobs="successful",
    )


def intake() -> None:
    """Take mail by SMTP until SIGTERM."""
    importlib.import_module("foredesk.channels.intake").main()


def pollers() -> None:
    """Fetch mail from mailboxes until SIGTERM."""
    importlib.import_module("foredesk.channels.pollers").main()
