"""Numbers: `python -m bench.figuring` counts desks of three sizes and asks for figures.

BENCH_NUMBERS=10000,100000 chooses the sizes. Processor time is that of this process, which does
what the desk's worker and its pages do, and of the database.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bench import reporting, seeding
from bench.accounting import Meter
from bench.desk import Desk
from foredesk.plumbing.postgres import embedded

USUAL = (10_000, 100_000, 1_000_000)
FACTS = 1500
LONGEST = 600  # seconds for the full count of a size, or
LONGEST_EACH = 0.003  # seconds for each ticket
SHOWN = (
    "first_reply", "next_reply", "full_resolution", "requester_wait", "created", "solved",
    "backlog", "reopen_rate", "one_touch", "promises_kept", "resolution_rate", "replies",
)  # fmt: skip
ZONE = ZoneInfo("Europe/Oslo")


def main() -> None:
    """Seed, count, ask, print a table."""
    asked = os.environ.get("BENCH_NUMBERS", "")
    sizes = [int(size) for size in asked.split(",") if size.strip()] or list(USUAL)
    with tempfile.TemporaryDirectory(prefix="foredesk-bench-") as folder:
        Path(folder).chmod(0o755)
        desk = Desk(Path(folder) / "data")
        _database_alone(desk)
        try:
            desk.enter()
            print(f"Measured {reporting.machine()}")
            for size in sizes:
                with desk.connect() as connection:
                    seeding.grow(connection, upto=size)
                    seeding.vacuum(connection)
                for line in measure(desk, size):
                    print(f"{size:,} tickets: {line}", flush=True)
        finally:
            embedded.release(desk.folder)


def _database_alone(desk: Desk) -> None:
    """Without a worker, which would count what is to be counted here."""
    subprocess.run(
        [sys.executable, "-m", "foredesk.cli.main", "migrate"], env=desk.environment, check=True
    )
    embedded.attach(desk.folder)


def measure(desk: Desk, size: int) -> list[str]:
    meter = Meter(server=os.getpid(), database=desk.database_pid)
    lines = [_recount(meter, size)]
    with desk.connect() as connection:
        connection.autocommit = True
        connection.execute("vacuum analyze analytics_tally")
    lines.append(_facts(meter))
    lines += _questions(meter)
    lines += [_export(meter, "csv"), _export(meter, "parquet")]
    return lines


def _recount(meter: Meter, size: int) -> str:
    """Everything from the logbook, broken off once."""
    from django.db import transaction

    from foredesk.analytics import counting, recounting
    from foredesk.analytics.models import Recount, Standing
    from foredesk.plumbing.clock import now

    Standing.objects.update(counted_at=None)  # what was seeded is the past
    counting.step(at=now())
    with transaction.atomic():
        recounting.ask("The bench.", at=now())
    meter.start()
    recounting.go_on(seconds=1)
    first = Recount.objects.get(finished_at=None).done if _is_on() else size
    while _is_on() and meter.stop().wall < max(LONGEST, size * LONGEST_EACH):
        recounting.go_on(seconds=10)
    spent = meter.stop()
    row = Recount.objects.latest("pk")
    whole = "all" if row.finished_at else "the time was up"
    return (
        f"full count {row.done:,} of {row.total:,} ({whole}) in {spent.wall:.0f} s, broken off at "
        f"{first:,} and gone on with; CPU ms per ticket {_each(spent, row.done)}."
    )


def _is_on() -> bool:
    from foredesk.analytics.models import Recount

    return Recount.objects.filter(finished_at=None).exists()


def _facts(meter: Meter) -> str:
    """What one more fact costs: a note on each of many tickets of the last weeks."""
    from django.db import transaction

    from foredesk.analytics import counting
    from foredesk.logbook import recording
    from foredesk.people.models import Agent
    from foredesk.plumbing.clock import now
    from foredesk.tickets.events import ReplyWritten
    from foredesk.tickets.models import Ticket

    agent = Agent.objects.order_by("pk").first()
    assert agent is not None
    ids = Ticket.objects.order_by("-created_at").values_list("id", flat=True)[:FACTS]
    for pk in list(ids):
        fact = ReplyWritten(ticket_id=pk, team_id=None, assignee_id=None, message_id=10**12 + pk)
        with transaction.atomic():
            recording.record(fact, by=agent, at=now())
    meter.start()
    done = 0
    while found := counting.step(at=now()):
        done += found
    spent = meter.stop()
    return f"a fact that is counted, CPU ms {_each(spent, max(done, 1))} ({done:,} facts)."


def _questions(meter: Meter) -> list[str]:
    from foredesk.analytics import answering, asking
    from foredesk.analytics.models import Answer
    from foredesk.analytics.questions import Question
    from foredesk.plumbing.clock import now

    until = now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def question(measure: str) -> Question:
        return Question(measure, until - timedelta(days=28), until)

    page: list[tuple[Any, ...]] = []
    for name in SHOWN:
        page += [
            ("figure", question(name)),
            ("figure", question(name).before()),
            ("by_day", question(name), ZONE),
        ]
    Answer.objects.all().delete()

    def first() -> None:
        Answer.objects.all().delete()
        answering.answers(page, at=now())

    return [
        _timed(meter, "a dashboard, 36 questions, kept", lambda: _ask(page), times=200),
        _timed(meter, "the same when nobody asked for it before", first, times=3),
        _timed(
            meter,
            "one measure by agent",
            lambda: asking.by(question("first_reply"), "agent"),
            times=10,
        ),
        _timed(
            meter,
            "what lies behind a number, 50 of them",
            lambda: asking.tickets(question("full_resolution")),
            times=10,
        ),
    ]


def _export(meter: Meter, form: Literal["csv", "parquet"]) -> str:
    """What was created in the years of the desk, 100,000 rows at most."""
    from dataclasses import replace
    from itertools import islice

    from django.http import HttpRequest

    from foredesk.analytics import exporting
    from foredesk.analytics.questions import Question
    from foredesk.desk import downloads
    from foredesk.desk.insights import exports
    from foredesk.people.models import Agent
    from foredesk.plumbing.clock import now

    if form == "parquet" and not downloads.has_parquet():
        return "no Parquet: make parquet brings what it needs."
    agent = Agent.objects.order_by("pk").first()
    assert agent is not None
    question = Question("created", now() - timedelta(days=700), now())
    meter.start()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    export = exporting.export_rows(question, by=agent, at=now())
    count = min(export.count, 100_000)
    table = exports.table(replace(export, rows=islice(export.rows, count)), ZONE)
    file = downloads.save(HttpRequest(), table, name="rows", form=form)
    size = sum(len(piece) for piece in file.streaming_content)
    spent = meter.stop()
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return (
        f"{count:,} rows as {form}, {size / 1e6:.1f} MB in {spent.wall:.1f} s with {more:.0f} MB "
        f"more memory; CPU ms for each thousand {_each(spent, max(1, count // 1000))}."
    )


def _ask(page: Sequence[tuple[Any, ...]]) -> None:
    from foredesk.analytics import answering
    from foredesk.plumbing.clock import now

    answering.answers(page, at=now())


def _timed(meter: Meter, name: str, work: Callable[[], Any], *, times: int) -> str:
    work()
    meter.start()
    for _ in range(times):
        work()
    spent = meter.stop()
    each = f"{_each(spent, times)}, {1000 * spent.wall / times:.1f} ms by the clock"
    return f"{name}: CPU ms {each}."


def _each(spent: Any, times: int) -> str:
    server, database = 1000 * spent.server / times, 1000 * spent.database / times
    return f"{server:.2f} + database {database:.2f}"


if __name__ == "__main__":
    main()
