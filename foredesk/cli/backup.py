"""`foredesk backup`: database and files of the desk in one file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from foredesk.cli import entering
from foredesk.cli.trouble import Trouble
from foredesk.plumbing.clock import now


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("backup", parents=[shared], help="write the desk to one file")
    parser.add_argument("file", nargs="?", type=Path, help="default: foredesk-DATE.tar, here")
    parser.add_argument(
        "--with-keys",
        action="store_true",
        help="include the keys, without which mailbox passwords can't be read; guard such a file",
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    at = now()
    env = entering.desk()
    from foredesk.operations import backing_up

    file = given.file or Path(f"foredesk-{at:%Y%m%d-%H%M%S}.tar")
    try:
        written = backing_up.back_up(file, env=env, at=at, with_keys=given.with_keys)
    except backing_up.UnableToBackUp as why:
        raise Trouble(str(why)) from None
    print(f"Wrote {file}: {written.files} files and the database, {written.megabytes:.1f} MB.")
    if written.missing:
        print(
            f"{len(written.missing)} files that the database names are missing or damaged in the "
            "store; the backup does not hold them.",
            file=sys.stderr,
        )
    if not given.with_keys:
        print("It holds no keys: keep a copy of the folder secrets/ in a safe place of its own.")
    return 0
