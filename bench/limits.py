"""The limit of the machine: the same SQL by pgbench, with nothing of ours around it."""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from bench.accounting import Meter
from bench.desk import Desk

CLIENTS = 8
SECONDS = 4

INSERT = """begin;
insert into tickets_ticket (public_id, subject, status, priority, requester_id, channel, account,
  tags, language, created_at, activity_at, preview, is_demo)
values (gen_random_uuid()::text, 'A question', 'new', 2, (select min(id) from people_customer),
  'email', 'bare', '{}', 'en', now(), now(), 'A question', false);
insert into tickets_message (public_id, ticket_id, author_kind, author_name, author_address,
  is_public, is_rich, is_unknown_sender, channel, subject, body_text, body_html, whole_text,
  whole_html, "to", cc, bcc, external_id, "references", at, delivery, attempts, delivery_note)
values (gen_random_uuid()::text, currval(pg_get_serial_sequence('tickets_ticket', 'id')),
  'customer', '', '', true, false, false, 'email', '', 'A question', '', '', '', '[]', '[]', '[]',
  '', '{}', now(), '', 0, '');
commit;
"""
"""A ticket and its message, committed: what no desk can do with less."""


@dataclass(frozen=True)
class Limit:
    """Processor milliseconds of the database per run of the SQL, and runs in a second."""

    milliseconds: float
    per_second: float


def selects_of(path: str, cookie: str, headers: dict[str, str] | None = None) -> list[str]:
    """The SELECTs that a page really makes, captured from the page itself."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"cookie": cookie, "host": "localhost", **(headers or {})})
    client.get(path)  # whatever is only done once, is done now
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}.")
    return [
        query["sql"]
        for query in captured.captured_queries
        if query["sql"].lstrip().lower().startswith(("select", "(select", "with"))
    ]


def run(desk: Desk, meter: Meter, script: str) -> Limit:
    """Run the SQL by pgbench for some seconds, planned once as ours is."""
    from foredesk.plumbing.postgres import binaries, embedded
    from foredesk.plumbing.postgres.cluster import SUPERUSER

    host = unquote(desk.dsn.partition("host=")[2])
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        begun = meter.database_alone()
        done = subprocess.run(
            [
                str(binaries.folder() / "pgbench"),
                *("-h", host, "-U", SUPERUSER, "-n", "-M", "prepared"),
                *("-c", str(CLIENTS), "-j", "2"),
                *("-T", str(SECONDS), "-f", file.name, embedded.DATABASE),
            ],
            capture_output=True,
            text=True,
            cwd=Path("/"),
            check=False,
        )
        used = meter.database_alone() - begun
    count = re.search(r"transactions actually processed: (\d+)", done.stdout)
    if done.returncode or count is None or not int(count[1]):
        raise RuntimeError(f"pgbench failed: {done.stdout[-500:]} {done.stderr[-1500:]}")
    return Limit(used * 1000 / int(count[1]), int(count[1]) / SECONDS)


def script_of(selects: list[str]) -> str:
    """A pgbench script: one transaction of these statements."""
    return "".join(f"{' '.join(one.split())};\n" for one in ["begin", *selects, "commit"])
