"""pg_dump, pg_restore and psql for any server: which of them to use, and running them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from foredesk.plumbing.postgres import binaries
from foredesk.plumbing.postgres.binaries import DatabaseTrouble

_TLS = ("require", "verify-ca", "verify-full")


def program(name: str, url: str, *, at_least: int) -> Path:
    """A client program of major version `at_least` or newer that can talk to `url`.

    The ones we bring were built without TLS, so an address that asks for it needs the system's.
    Raises DatabaseTrouble with what to install.
    """
    needs_tls = any(f"sslmode={mode}" in url for mode in _TLS)
    found = []
    if not needs_tls:
        found.append(binaries.folder() / name)
    if system := shutil.which(name):
        found.append(Path(system))
    for path in found:
        if version(path) >= at_least:
            return path
    why = " and the address asks for TLS" if needs_tls else ""
    raise DatabaseTrouble(
        f"The server runs PostgreSQL {at_least}{why}, and there is no {name} for it here. "
        f"Install the client of PostgreSQL {at_least} or newer (Debian: postgresql-client-"
        f"{at_least})."
    )


def version(path: Path) -> int:
    """The major version of a client program."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\(PostgreSQL\) (\d+)|\) (\d+)", said)
    return int(found[1] or found[2]) if found else 0


def address(url: str) -> tuple[str, dict[str, str]]:
    """The address without its password, and the environment that carries the password.

    Command lines can be read by every user of a machine; environments can't.
    """
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    parts = conninfo_to_dict(url)
    password = str(parts.pop("password", "") or "")
    environment = {**os.environ, "LC_ALL": "C"}
    if password:
        environment["PGPASSWORD"] = password
    return make_conninfo("", **parts), environment


def server_version(url: str) -> int:
    """The major version of the server behind `url`."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        return connection.info.server_version // 10000
