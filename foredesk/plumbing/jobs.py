"""Jobs: Procrastinate's app, and running jobs until none is due (tests, commands)."""

import asyncio

from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from foredesk.plumbing.database import GIVING_UP

__all__ = ["app", "fetching_app", "settle"]

_IN_ORDER = ("-c enable_sort=off", "-c enable_seqscan=off")
"""The table of jobs is empty one moment and full the next. A plan made for the empty one sorts all
that wait to find the first; the index has them in order."""


def fetching_app() -> App:
    """The app of a worker: it fetches jobs over connections of its own and knows the same tasks.

    Procrastinate's `replace_connector` would lend these connections to the tasks as well. Then what
    a task defers is committed apart from what it did: a job that comes too early finds nothing and
    is lost, one whose cause was undone runs all the same.
    """
    parameters = connector_params()
    options = " ".join([parameters.get("options") or "", *_IN_ORDER]).strip()
    fetching = App(
        connector=PsycopgConnector(
            kwargs={**parameters, "options": options}, reconnect_timeout=GIVING_UP
        ),
        import_paths=app.import_paths,
        worker_defaults=app.worker_defaults,
    )
    fetching.tasks, fetching.periodic_registry = app.tasks, app.periodic_registry
    return fetching


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
        async with fetching_app().open_async() as worker:
            await worker.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1
            )

    for done in range(rounds):
        if not due():
            return done
        asyncio.run(run())
    raise RuntimeError("Jobs keep making jobs: a listener answers its own fact.")
