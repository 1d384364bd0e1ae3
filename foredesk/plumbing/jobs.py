"""Jobs: Procrastinate's app, and running jobs until none is due (tests, commands)."""

import asyncio
from typing import Any

from procrastinate.contrib.django import app

__all__ = ["app", "settle"]


def settle(*, rounds: int = 50) -> int:
    """Run due jobs until none is left, listeners' own jobs included; returns the rounds it took.

    `run_worker(wait=False)` alone stops before the jobs that the last ones deferred.
    """
    from procrastinate.contrib.django.models import ProcrastinateJob

    from foredesk.plumbing.clock import now

    def due() -> bool:
        todo = ProcrastinateJob.objects.filter(status="todo")
        return (
            todo.filter(scheduled_at=None).exists() or todo.filter(scheduled_at__lte=now()).exists()
        )

    async def run() -> None:
        connector: Any = app.connector
        with app.replace_connector(connector.get_worker_connector()) as worker_app:
            async with worker_app.open_async():
                await worker_app.run_worker_async(
                    wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1
                )

    for done in range(rounds):
        if not due():
            return done
        asyncio.run(run())
    raise RuntimeError("Jobs keep making jobs: a listener answers its own fact.")
