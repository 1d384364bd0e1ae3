"""Jobs of this room: load, then call one ability."""

from procrastinate import RetryStrategy

from foredesk.plumbing.jobs import app


@app.task(
    name="channels.open_envelope",
    retry=RetryStrategy(max_attempts=8, wait=2, exponential_wait=3),
)
def open_envelope(envelope_id: int, again: bool = False) -> None:
    """Open one envelope; after a failure again, from 3 seconds to half an hour later."""
    from foredesk.channels import opening

    opening.open_envelope(envelope_id)


@app.task(name="channels.send_due", retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def send_due(ticket_id: int) -> None:
    """Send the replies of one ticket that are due, oldest first."""
    from foredesk.channels import sending

    sending.send_due(ticket_id)
