"""An address of PostgreSQL as Django describes databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foredesk.plumbing.postgres import embedded
from foredesk.plumbing.postgres.binaries import DatabaseTrouble

_NAMES = {
    "dbname": "NAME",
    "user": "USER",
    "password": "PASSWORD",
    "host": "HOST",
    "port": "PORT",
}


def for_django(url: str, data_dir: Path, **options: object) -> dict[str, Any]:
    """The entry of DATABASES for `url`, or for the embedded server of `data_dir` when it is empty.

    Everything of the address that Django has no name for (sslmode and its like) becomes an option,
    and `options` join them. Raises psycopg.ProgrammingError for an address libpq can't read.
    """
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(url or embedded.dsn(data_dir))
    described: dict[str, Any] = {"ENGINE": "foredesk.plumbing.database"}
    for theirs, ours in _NAMES.items():
        described[ours] = str(parts.pop(theirs, "") or "")
    described["OPTIONS"] = {**parts, **options}
    return described


OLDEST = 15
"""The oldest major version of PostgreSQL that Foredesk runs on."""


def check(url: str) -> None:
    """Raises DatabaseTrouble when the server of `url` is out of reach for 10 s or too old."""
    import psycopg

    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            major = connection.info.server_version // 10000
    except psycopg.Error as why:
        said = str(why).strip()
        raise DatabaseTrouble(f"The database of DATABASE_URL can't be used: {said}") from None
    if major < OLDEST:
        raise DatabaseTrouble(
            f"The database of DATABASE_URL is PostgreSQL {major}. Foredesk needs {OLDEST} or newer."
        )
