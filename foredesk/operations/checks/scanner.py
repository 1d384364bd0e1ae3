"""The virus scanner answers, and its signatures are fresh."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings

from foredesk.files import clamd, scanning
from foredesk.operations.checks.finding import Finding

LABEL = "Virus scanner"
ADVICE = (
    "See that clamd runs and listens where FOREDESK_CLAMAV says. Files are kept meanwhile; those "
    "without a verdict stay closed and are looked at when it is back."
)
RANK = 36
OLD = timedelta(days=7)
REFRESH = "See that freshclam runs and reaches its servers."


def look(*, at: datetime) -> Iterator[Finding]:
    where = settings.ENV.clamav
    if not where:
        yield Finding("off", "Attachments are not scanned: FOREDESK_CLAMAV is not set.")
        return
    waiting = scanning.waiting_count()
    tail = f" {waiting} {'file waits' if waiting == 1 else 'files wait'} for it." if waiting else ""
    try:
        said = clamd.version(where)
    except clamd.Away as away:
        yield Finding("bad", f"{away}{tail}")
        return
    made = _made(said)
    if made and at - made > OLD:
        days = (at - made).days
        yield Finding("warn", f"Its signatures are {days} days old.{tail}", REFRESH)
    else:
        yield Finding("ok", f"{said.split('/')[0]} answers.{tail}")


def _made(version: str) -> datetime | None:
    """When the signatures were made: clamd says `ClamAV 1.4.3/27500/Thu Jan  2 09:41:12 2025`."""
    parts = version.split("/")
    try:
        naive = datetime.strptime(" ".join(parts[2].split()), "%a %b %d %H:%M:%S %Y")
    except (IndexError, ValueError):
        return None
    return naive.replace(tzinfo=UTC)
