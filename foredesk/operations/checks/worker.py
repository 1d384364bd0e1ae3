"""Somebody runs the jobs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from procrastinate.contrib.django.models import ProcrastinateWorker

from foredesk.design import wording
from foredesk.operations.checks.finding import Finding

LABEL = "Worker"
ADVICE = "Start it with “foredesk up” or “foredesk worker”. Until then no mail becomes a ticket."
RANK = 40
SILENT = timedelta(seconds=30)


def look(*, at: datetime) -> Iterator[Finding]:
    beats = sorted(ProcrastinateWorker.objects.values_list("last_heartbeat", flat=True))
    alive = [beat for beat in beats if at - beat <= SILENT]
    if alive:
        many = f"{len(alive)} workers run" if len(alive) > 1 else "It runs"
        yield Finding("ok", f"{many}, last sign {wording.ago(alive[-1], now=at)}.")
    elif beats:
        yield Finding("bad", f"Its last sign was {wording.ago(beats[-1], now=at)}.")
    else:
        yield Finding("bad", "None runs.")
