"""`foredesk restore`: make a desk from a backup."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from foredesk.cli import entering, preparing
from foredesk.cli.trouble import Trouble
from foredesk.plumbing.env import Env


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("restore", parents=[shared], help="make a desk from a backup")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--force", action="store_true", help="overwrite what the data folder holds now"
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    env = Env.load()
    from foredesk.operations import examining, restoring

    try:
        backup = examining.examine(given.file)
        restoring.must_be_stopped(env)
        entering.desk()
        if not given.force:
            restoring.must_be_empty(env)
        if examining.unknown_migrations(backup, preparing.known_migrations()):
            raise Trouble(
                f"{given.file} was written by a newer Foredesk than this one. Install it first."
            )
        restoring.restore(given.file, backup, env=env)
    except examining.UnableToRestore as why:
        raise Trouble(str(why)) from None
    preparing.migrate(quiet=True)
    print(
        f"Restored the desk of {backup.at:%Y-%m-%d %H:%M} UTC (Foredesk {backup.version}) "
        f"with {backup.files} files into {env.data_dir}."
    )
    if not backup.has_keys:
        print(
            "The backup held no keys. Put the old folder secrets/ into the data folder, or enter "
            "the passwords of the mailboxes again."
        )
    return 0
