"""The tables fit this version of Foredesk."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from foredesk import __version__
from foredesk.operations.checks.finding import Finding

LABEL = "Version"
ADVICE = "Run “foredesk migrate”, or start the desk again: it does it by itself."
RANK = 20


def look(*, at: datetime) -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        yield Finding("bad", f"Foredesk {__version__}; {missing} steps of the tables are missing.")
    else:
        yield Finding("ok", f"Foredesk {__version__}, tables up to date.")
