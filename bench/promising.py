"""A changed promise: `python -m bench.promising` brings 100,000 open tickets under it.

BENCH_PROMISES=20000 chooses another size. The desk's own worker does it, as it would for an admin.
"""

from __future__ import annotations

import os
import time

from bench import seeding
from bench.accounting import Meter
from bench.desk import Desk, seeded

USUAL = 100_000
WEEK = [[("08:00", "12:00"), ("12:30", "18:00")]] * 5 + [[], []]


def main() -> None:
    """Seed, promise, wait until every ticket has its times, print what it took.

    None was ever solved, so that each has a clock that runs.
    """
    size = int(os.environ.get("BENCH_PROMISES") or USUAL)
    with seeded(size) as desk:
        with desk.connect() as connection:
            connection.execute(
                "update tickets_ticket set status = 'open', closed_at = null, solved_at = null"
            )
            # nothing refers to what goes: asked of each entry, that takes minutes
            connection.execute("set session_replication_role = replica")
            connection.execute(
                "delete from logbook_entry where kind in ('tickets.StatusChanged',"
                " 'tickets.TicketSolved')"
            )
            connection.commit()
            seeding.vacuum(connection)
        for name in ("new", "changed"):
            print(_bring(desk, size, name), flush=True)


def _bring(desk: Desk, size: int, name: str) -> str:
    from foredesk.sla.models import Recalculation

    meter = Meter(server=desk.process.pid, database=desk.database_pid)
    meter.start()
    begun = time.monotonic()
    promise(name)
    while Recalculation.objects.filter(finished_at=None).exists():
        if time.monotonic() - begun > 3000:
            raise TimeoutError("The recalculation did not end.")
        time.sleep(0.5)
    spent = meter.stop()
    row = Recalculation.objects.latest("pk")
    return (
        f"A {name} promise, {size:,} open tickets: {row.changed:,} changed in {spent.wall:.0f} s; "
        f"CPU ms per ticket: server {1000 * spent.server / size:.2f}, database "
        f"{1000 * spent.database / size:.2f}."
    )


def promise(name: str) -> None:
    """Promise two times to everybody; "changed" makes them shorter."""
    from foredesk.logbook.actors import SYSTEM
    from foredesk.plumbing.clock import now
    from foredesk.sla import keeping_hours, promising, queries

    targets = {
        "new": {
            "first_reply": dict.fromkeys("1234", "4h"),
            "full_resolution": dict.fromkeys("1234", "3d"),
        },
        "changed": {
            "first_reply": dict.fromkeys("1234", "2h"),
            "full_resolution": dict.fromkeys("1234", "2d"),
        },
    }[name]
    same = {"conditions": {}, "targets": targets, "pauses": ["pending"], "by": SYSTEM, "at": now()}
    if name == "changed":
        row = queries.policies()[0]
        promising.change(row, name=row.name, schedule=row.schedule, is_active=True, **same)
        return
    hours = keeping_hours.add(
        name="Support", time_zone="Europe/Oslo", week=WEEK, by=SYSTEM, at=now()
    )
    promising.promise(name="Everyone", schedule=hours, **same)


if __name__ == "__main__":
    main()
