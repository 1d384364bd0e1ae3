"""A job that did not end waits in the queue again."""

from datetime import datetime

from django.db import IntegrityError, connection, transaction


def queue_again(job_id: int, *, at: datetime) -> None:
    """Queue a job that was held or failed for `at`. Where only one of its kind may wait and one
    does, that one will do its work, and it goes. Within a transaction."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "select procrastinate_retry_job_v2(%s, %s, null, null, null)", [job_id, at]
            )
    except IntegrityError:
        with connection.cursor() as cursor:
            cursor.execute("delete from procrastinate_jobs where id = %s", [job_id])
