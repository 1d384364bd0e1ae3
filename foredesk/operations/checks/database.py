"""The database answers, quickly, and has room for more connections."""

import time
from collections.abc import Iterator
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import connection

from foredesk.design import wording
from foredesk.operations.checks.finding import Finding

LABEL = "Database"
ADVICE = "See whether PostgreSQL runs and has enough memory and disk, then look at its log."
RANK = 10
WITHOUT_DATABASE = True
OLDEST = 150000
SLOW = 100  # milliseconds for `select 1`


def look(*, at: datetime) -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            started = time.perf_counter()
            cursor.execute("select 1")
            took = (time.perf_counter() - started) * 1000
            cursor.execute(
                "select current_setting('server_version_num')::int, split_part(version(), ' ', 2),"
                " pg_database_size(current_database()), current_setting('max_connections')::int,"
                " (select count(*) from pg_stat_activity where backend_type = 'client backend')"
            )
            number, version, size, most, used = cursor.fetchone()
    except DatabaseError as error:
        yield Finding("bad", f"It does not answer: {str(error).splitlines()[0]}.")
        return
    text = f"PostgreSQL {version}, {wording.file_size(size)}, answers in {took:.1f} ms."
    if number < OLDEST:
        yield Finding("bad", text, "Foredesk needs PostgreSQL 15 or newer: upgrade the server.")
    elif used > most * 0.9:
        text = f"{used} of {most} connections are in use."
        yield Finding("warn", text, "Raise max_connections, or run fewer processes.")
    elif took > SLOW:
        yield Finding("warn", text, "It is slow: see whether the machine or the network is busy.")
    else:
        yield Finding("ok", text)
