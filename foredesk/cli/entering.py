"""Entering the desk: its database running, Django set up. Works beside a running `foredesk up`."""

from __future__ import annotations

import os
from pathlib import Path

from foredesk.plumbing.env import Env
from foredesk.plumbing.postgres import embedded

SETTINGS = "foredesk.config.settings"


def database(env: Env) -> None:
    """Keep the embedded server running for this process, when that is the one in use."""
    if env.has_embedded_database:
        embedded.attach(env.data_dir)


def django() -> None:
    """Set Django up; connects to nothing."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


def desk() -> Env:
    """Everything a command needs before it may call queries and abilities."""
    env = Env.load()
    Path(env.data_dir).parent.mkdir(parents=True, exist_ok=True)
    database(env)
    django()
    return env
