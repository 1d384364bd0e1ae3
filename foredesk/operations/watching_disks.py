"""Tell the admins before a disk is full: once a day, and once more when it becomes serious."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.operations import measuring_disks
from foredesk.operations.events import DiskFilling

AGAIN = timedelta(days=1)


def watch(*, at: datetime) -> list[DiskFilling]:
    """Record DiskFilling for each disk that is nine tenths full or worse, unless that was told in
    the last day; returns what is new. Raises OSError when the data folder can't be read."""
    told = []
    for disk in measuring_disks.disks():
        if disk.state == "ok":
            continue
        fact = DiskFilling(what=disk.what, percent=disk.used_percent, state=disk.state)
        with transaction.atomic():
            earlier = Entry.objects.filter(
                kind=fact.kind(), at__gt=at - AGAIN, data__what=disk.what, data__state=disk.state
            )
            if not earlier.exists():
                recording.record(fact, by=SYSTEM, at=at)
                told.append(fact)
    return told
