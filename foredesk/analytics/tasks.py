"""Jobs of this room: load, then call one ability."""

from procrastinate import JobContext, RetryStrategy

from foredesk.plumbing.jobs import app

TRIES = 7


@app.task(
    name="analytics.send_review",
    pass_context=True,
    retry=RetryStrategy(max_attempts=TRIES, wait=10, exponential_wait=5),
)
def send_review(context: JobContext, reader_id: int, monday: str, key: str) -> None:
    """Mail the review of a week to one reader; after a failure again, for some hours."""
    from foredesk.analytics import delivering
    from foredesk.channels import posting

    try:
        delivering.deliver(reader_id, monday, key=key, is_last_try=context.job.attempts >= TRIES)
    except posting.NoTurn as why:
        later = send_review.configure(schedule_in={"seconds": why.seconds})
        later.defer(reader_id=reader_id, monday=monday, key=key)
