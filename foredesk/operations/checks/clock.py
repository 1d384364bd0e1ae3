"""This machine and the database agree on the time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from foredesk.operations.checks.finding import Finding
from foredesk.plumbing.clock import now

LABEL = "Clock"
ADVICE = "Let both machines keep the time by NTP. Snoozing, sending and sign-in need it right."
RANK = 90
OFF, FAR_OFF = timedelta(seconds=5), timedelta(seconds=60)


def judge(difference: timedelta) -> str:
    """How far two clocks may be apart."""
    return "bad" if difference > FAR_OFF else "warn" if difference > OFF else "ok"


def look(*, at: datetime) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        (theirs,) = cursor.fetchone()
    difference = abs(now() - theirs)
    seconds = difference.total_seconds()
    state = judge(difference)
    if state == "ok":
        yield Finding("ok", "This machine and the database agree.")
    else:
        yield Finding(state, f"This machine and the database are {seconds:.0f} s apart.")
