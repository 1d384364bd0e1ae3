"""The job behind the listeners."""

from procrastinate import JobContext

from foredesk.logbook import listening
from foredesk.plumbing import taking_over
from foredesk.plumbing.jobs import app


@app.task(name="logbook.deliver", pass_context=True)
def deliver(
    context: JobContext, entry_id: int, only: list[str] | None = None, attempt: int = 1
) -> None:
    """Run an entry's listeners, then those of the entries whose jobs wait."""
    given = {"entry_id": entry_id, "only": only, "attempt": attempt}
    for one in taking_over.each(context, given):
        listening.deliver(**one)
