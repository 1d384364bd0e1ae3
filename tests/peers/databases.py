"""The tests' databases: migrated once for a checkout, copied for every worker, swept after a test.

A copy takes a fifth of a second, all migrations take many; a new migration or lock file makes the
next run start over.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from checks.scratch import HOME
from foredesk.plumbing.postgres import embedded, locks

ROOT = Path(__file__).resolve().parents[2]
MANY = 1000
"""Rows from which on a table is made anew: deleted ones stay in their file, and nobody vacuums."""

KEPT = {"django_migrations", "django_content_type", "auth_permission"}
"""Tables that migrations fill; no test writes there."""


def state() -> str:
    """A name for what the migrations of this checkout make."""
    digest = hashlib.sha256()
    for path in sorted([*ROOT.glob("foredesk/*/migrations/*.py"), ROOT / "requirements.lock"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def copied(worker: str) -> Iterator[str]:
    """The name of a database of this process's own, with all tables and nothing in them."""
    name = f"test_{worker}_{os.getpid()}"
    with psycopg.connect(embedded.dsn(HOME, "postgres"), autocommit=True) as connection:
        with locks.held(HOME / "template.lock"):
            template = _template(connection)
            _run(connection, "create database {} template {}", name, template)
        yield name
        _run(connection, "drop database {} with (force)", name)


def sweep(connection: psycopg.Connection) -> None:
    """Forget what a test committed. What migrations wrote stays, and so do sequences."""
    with connection.cursor() as cursor:
        tables = _tables(cursor)
        counted = " union all ".join(
            f"select '{table}', count(*) from (select 1 from \"{table}\" limit {MANY}) as first"
            for table in tables
            if table not in KEPT
        )
        cursor.execute(counted)
        found = {table: rows for table, rows in cursor.fetchall() if rows}
        if large := [table for table, rows in found.items() if rows == MANY]:
            names = ", ".join(f'"{table}"' for table in large)
            cursor.execute(f"truncate {names} cascade")
        if found:
            orders = "; ".join(f'delete from "{table}"' for table in found)
            cursor.execute(
                # Who refers to whom does not matter when all goes.
                f"begin; set local session_replication_role = replica; {orders}; commit"
            )


def _tables(cursor: psycopg.Cursor) -> list[str]:
    cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
    return [row[0] for row in cursor.fetchall()]


def _template(connection: psycopg.Connection) -> str:
    """The name of the migrated database; others, and copies of dead processes, go."""
    wanted = f"migrated_{state()}"
    found = connection.execute("select datname from pg_database").fetchall()
    for (name,) in found:
        owner = re.fullmatch(r"test_\w+_(\d+)", name)
        is_left = owner and not Path(f"/proc/{owner[1]}").exists()
        if is_left or (re.match(r"migrat(ed|ing)_", name) and name != wanted):
            _run(connection, "drop database {} with (force)", name)
    if (wanted,) not in found:
        fresh = f"migrating_{os.getpid()}"
        _run(connection, "create database {}", fresh)
        _migrate(fresh)
        _run(connection, "alter database {} rename to {}", fresh, wanted)
    return wanted


def _migrate(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity=0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": embedded.dsn(HOME, name), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _run(connection: psycopg.Connection, order: str, *names: str) -> None:
    connection.execute(sql.SQL(order).format(*(sql.Identifier(name) for name in names)))
