"""Jobs of this room."""

from foredesk.plumbing.clock import now
from foredesk.plumbing.jobs import app


@app.task(name="files.check", priority=-5)
def check(sha256s: list[str]) -> None:
    """Have new files looked at. What the scanner can't look at now, the clock's job takes up."""
    from foredesk.files import reading, scanning
    from foredesk.files.models import ScanState

    for sha256 in sha256s:
        try:
            scan = scanning.check(sha256, at=now())
        except reading.Missing:
            continue
        if scan.state == ScanState.WAITING:
            return
