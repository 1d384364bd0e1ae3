"""`foredesk migrate`: bring the tables up to date without starting the desk."""

from __future__ import annotations

import argparse
from typing import Any

from foredesk.cli import entering, preparing


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("migrate", parents=[shared], help="bring the database up to date")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    env = entering.desk()
    was_needed = preparing.migrate(quiet=True)
    preparing.collect_static(env)
    print("The database is up to date." if was_needed else "Nothing to do.")
    return 0
