"""A desk whose clock a test moves: a day passes without waiting for it."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.peers.desk import ROOT, Desk, until

_DUE = """
with due as (update procrastinate_jobs set scheduled_at = null
             where status = 'todo' and scheduled_at <= '{at}' returning id)
select count(pg_notify('procrastinate_any_queue_v1',
             json_build_object('type', 'job_inserted', 'job_id', id)::text)) from due
"""
_LEFT = "select count(*) from procrastinate_jobs where status in ('todo', 'doing') and {which}"


class MovedDesk(Desk):
    """A running desk in which it is `at` when it starts; the clock goes on from there."""

    def __init__(self, at: datetime, **settings: str) -> None:
        self._clock = Path(tempfile.mkdtemp(prefix="foredesk-clock-")) / "ahead"
        self.set_clock(at)
        path = f"{Path(__file__).parent}:{ROOT}"
        super().__init__(PYTHONPATH=path, CLOCK_FILE=str(self._clock), **settings)

    def set_clock(self, at: datetime) -> None:
        """Let it be `at` now, in all processes of the desk."""
        ahead = (at - datetime.now(UTC)).total_seconds()
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(str(ahead))
        fresh.replace(self._clock)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self._clock.read_text()))

    def strike(self, *tasks: str) -> None:
        """The desk's clockwork strikes: these of its tasks run, and all that follows from them."""
        for name in tasks:
            insert = (
                "insert into procrastinate_jobs (queue_name, task_name, args)"
                f" values ('default', 'operations.{name}', '{{\"timestamp\": 0}}') returning id"
            )
            ((job,),) = self.ask(insert)
            until(lambda pk=job: not self.ask(_LEFT.format(which=f"id = {pk}"))[0][0])
        self.settle()

    def settle(self) -> None:
        """Wait until every job is done whose time has come by the desk's own clock."""

        def is_done() -> bool:
            self.ask(_DUE.format(at=self.now.isoformat()))
            at_once = "scheduled_at is null"
            return not self.ask(_LEFT.format(which=at_once))[0][0]

        until(is_done)
