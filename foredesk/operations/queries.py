"""Every read of jobs that others may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.plumbing.jobs import app


@dataclass(frozen=True)
class Waiting:
    """Jobs that are due and not begun."""

    count: int
    oldest_at: datetime | None


def waiting_jobs(*, at: datetime) -> Waiting:
    """How many jobs wait, and since when the oldest does: since it was due, else since it was
    made."""
    due = ProcrastinateJob.objects.filter(status="todo").filter(
        Q(scheduled_at=None) | Q(scheduled_at__lte=at)
    )
    scheduled = due.filter(scheduled_at__isnull=False).aggregate(
        n=Count("pk"), oldest=Min("scheduled_at")
    )
    plain = due.filter(scheduled_at=None)
    made = plain.aggregate(n=Count("pk", distinct=True), oldest=Min("procrastinateevent__at"))
    known = [one for one in (scheduled["oldest"], made["oldest"]) if one]
    return Waiting(scheduled["n"] + made["n"], min(known) if known else None)


def failed_jobs_count(*, since: datetime | None = None) -> int:
    """How many jobs failed for good, after `since` if given."""
    failed = ProcrastinateJob.objects.filter(status="failed")
    if since:
        failed = failed.filter(
            procrastinateevent__type="failed", procrastinateevent__at__gte=since
        ).distinct()
    return failed.count()


def unheard_count() -> int:
    """How many jobs failed for good that owe facts a hearing: those made for it, and those that
    were to hear what they recorded themselves (logbook/hearing.py)."""
    owing = Q(task_name="logbook.deliver") | Q(args__has_key="hears")
    return ProcrastinateJob.objects.filter(owing, status="failed").count()


def failed_jobs(*, limit: int = 100) -> list[dict[str, Any]]:
    """The last jobs that failed for good: what they were to do, and when they failed."""
    rows = (
        ProcrastinateJob.objects.filter(status="failed")
        .annotate(at=Max("procrastinateevent__at"))
        .order_by("-id")[:limit]
    )
    return [
        {
            "id": job.pk,
            "task": job.task_name,
            "says": _says(job.task_name),
            "args": ", ".join(f"{name} {value}" for name, value in job.args.items()),
            "attempts": job.attempts,
            "at": job.at,
        }
        for job in rows
    ]


def _says(task_name: str) -> str:
    """The first sentence of what the task promises; its name when it is gone."""
    task = app.tasks.get(task_name)
    words = (task.func.__doc__ or "").strip() if task else ""
    return words.split("\n\n")[0].replace("\n", " ") or task_name


def job_state(task: str) -> str:
    """The state of the last job of a task: todo, doing, failed; "" when none is known, as after a
    success."""
    job = ProcrastinateJob.objects.filter(task_name=task).order_by("-id").first()
    return job.status if job else ""
