"""Long-running parts say that they live; the health page reads it."""

from datetime import datetime

from foredesk.channels.models import Heartbeat


def beat(name: str, *, at: datetime, detail: str = "") -> None:
    """Note that the part `name` lives at `at`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at, "detail": detail[:500]})
