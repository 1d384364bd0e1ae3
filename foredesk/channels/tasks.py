"""Jobs of this room: load, then call one ability."""

from collections.abc import Sequence

from procrastinate import JobContext, RetryStrategy

from foredesk.logbook import hearing
from foredesk.plumbing import taking_over
from foredesk.plumbing.jobs import app


@app.task(
    name="channels.open_envelope",
    pass_context=True,
    retry=RetryStrategy(max_attempts=8, wait=2, exponential_wait=3),
)
def open_envelope(
    context: JobContext,
    envelope_id: int,
    again: bool = False,
    hears: Sequence[int] = (),
) -> None:
    """Open one envelope, then those whose jobs wait, and hear the facts of each; after a failure
    again, from seconds to minutes later."""
    from foredesk.channels import opening

    for one in taking_over.each(context, {"envelope_id": envelope_id, "hears": hears}):
        with hearing.at_once(context.job.id, owed=one.get("hears", ())):
            opening.open_envelope(one["envelope_id"])


@app.task(
    name="channels.send_due",
    pass_context=True,
    retry=RetryStrategy(max_attempts=8, wait=2, exponential_wait=3),
)
def send_due(context: JobContext, ticket_id: int) -> None:
    """Send the replies of one ticket that are due, oldest first."""
    from foredesk.channels import sending

    sending.send_due(ticket_id, job_id=context.job.id, is_rerun=context.job.attempts > 0)


@app.task(name="channels.check_mailbox")
def check_mailbox(mailbox_id: int, run: str) -> None:
    """Check both directions of one mailbox while somebody watches."""
    from foredesk.channels import trying_out

    trying_out.take_steps(mailbox_id, run)


NOTIFY_TRIES = 7


@app.task(
    name="channels.notify",
    pass_context=True,
    retry=RetryStrategy(max_attempts=NOTIFY_TRIES, wait=10, exponential_wait=5),
)
def notify(
    context: JobContext, ticket_id: int, agent_id: int, why: str, about: int, said: str = ""
) -> None:
    """Tell an agent of a ticket by mail; after a failure again, for some hours."""
    from foredesk.channels import notifying

    is_last = context.job.attempts >= NOTIFY_TRIES
    notifying.notify(ticket_id, agent_id, why=why, about=about, is_last_try=is_last, said=said)


@app.task(name="channels.follow_brand", retry=RetryStrategy(max_attempts=5, wait=10))
def follow_brand(mailbox_id: int, before: int | None) -> None:
    """Let the tickets of a mailbox follow it to its brand."""
    from foredesk.channels import following_brands

    following_brands.follow(mailbox_id, before)
