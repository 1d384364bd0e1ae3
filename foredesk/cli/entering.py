"""Entering the desk: its database running, Django set up. Works beside a running `foredesk up`."""

from __future__ import annotations

import os
from pathlib import Path

from foredesk.plumbing.env import Env
from foredesk.plumbing.postgres import connecting, embedded

SETTINGS = "foredesk.config.settings"


def database(env: Env) -> None:
    """Have the database answer: start ours and keep it for this process, or reach the given one.

    Raises DatabaseTrouble.
    """
    if env.has_embedded_database:
        embedded.attach(env.data_dir)
    else:
        connecting.check(env.database_url)


def django() -> None:
    """Set Django up; connects to nothing."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


def desk() -> Env:
    """Everything a command needs before it may call queries and abilities."""
    env = Env.load()
    private_folders(env)
    database(env)
    django()
    return env


def private_folders(env: Env) -> None:
    """Make the folder of files for this user alone: their names and contents are customers'."""
    embedded.make_data_dir(env.data_dir)
    if "://" not in env.files:
        Path(env.files).mkdir(parents=True, exist_ok=True, mode=0o700)
