"""Jobs of this room: load, then call one ability."""

from foredesk.plumbing.jobs import app


@app.task(name="automations.call_webhook")
def call_webhook(call_id: int) -> None:
    """Call a server that a rule names; after a failure again, from seconds to hours later."""
    from foredesk.automations import calling

    calling.call(call_id)
