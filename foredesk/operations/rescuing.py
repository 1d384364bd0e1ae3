"""Jobs whose worker died are run again by another."""

from django.db import connection, transaction

from foredesk.operations.requeueing import queue_again
from foredesk.plumbing.clock import now

MOST_STARTS = 10
SILENT = 30  # seconds without a heartbeat; workers beat every ten


def rescue(*, own_worker_id: int | None = None) -> tuple[int, int]:
    """Queue jobs again that a dead worker held; returns how many, and how many were given up.

    A job that took ten workers with it is given up: it fails for good and is shown as such. With
    `own_worker_id` nothing is done while that worker's own heartbeat is old: after a machine slept,
    or the database was away, everybody looks dead for some seconds.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if own_worker_id is not None and not _is_awake(cursor, own_worker_id):
            return 0, 0
        cursor.execute(
            "select job.id, job.attempts from procrastinate_jobs job"
            " left join procrastinate_workers worker on worker.id = job.worker_id"
            " where job.status = 'doing' and (worker.id is null"
            "   or worker.last_heartbeat < now() - make_interval(secs => %s))"
            " order by job.id for update of job skip locked",
            [SILENT],
        )
        held = cursor.fetchall()
        again = [job_id for job_id, attempts in held if attempts < MOST_STARTS]
        lost = [job_id for job_id, attempts in held if attempts >= MOST_STARTS]
        for job_id in again:
            queue_again(job_id, at=now())
        for job_id in lost:
            cursor.execute(
                "select procrastinate_finish_job_v1(%s, 'failed'::procrastinate_job_status, false)",
                [job_id],
            )
        return len(again), len(lost)


def _is_awake(cursor, worker_id: int) -> bool:
    cursor.execute(
        "select exists (select 1 from procrastinate_workers where id = %s"
        " and last_heartbeat > now() - make_interval(secs => %s))",
        [worker_id, SILENT / 2],
    )
    return bool(cursor.fetchone()[0])
