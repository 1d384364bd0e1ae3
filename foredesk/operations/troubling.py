"""What everybody who works here must know at once; asked at every page, so one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Max, Subquery
from procrastinate.contrib.django.models import ProcrastinateWorker

from foredesk.channels import judging
from foredesk.channels.models import AutomaticMail, Mailbox
from foredesk.operations import measuring_disks

SILENT = timedelta(seconds=45)
"""How long no worker may beat: longer than a restart takes."""


STORM = timedelta(minutes=15)
"""How long after the last held automatic mail a storm counts as over."""


@dataclass(frozen=True)
class Trouble:
    """`kind` is worker, disk, storm, deaf, mute or consent; a mailbox's trouble names it. `state`
    is bad, or warn for what still works.
    """

    kind: str
    text: str
    mailbox_id: int | None = None
    address: str = ""
    state: str = "bad"


def troubles(*, at: datetime) -> list[Trouble]:
    """The worst first: no worker, full disks, a storm, then mailboxes that hear or say nothing."""
    beat = ProcrastinateWorker.objects.order_by("-last_heartbeat").values("last_heartbeat")[:1]
    held = Exists(AutomaticMail.objects.filter(held_by="desk", at__gt=at - STORM))
    boxes = Mailbox.objects.filter(is_active=True).select_related("consent")
    rows = list(boxes.annotate(beat=Subquery(beat), has_storm=held).order_by("address"))
    if rows:
        beat_at = rows[0].beat
    else:
        beat_at = ProcrastinateWorker.objects.aggregate(at=Max("last_heartbeat"))["at"]
    found = []
    if beat_at is None or at - beat_at > SILENT:
        text = "Mail is kept but makes no tickets, and answers wait."
        found.append(Trouble("worker", text))
    found += _disks()
    if rows and rows[0].has_storm:
        text = "Too many at once were due: they are held back, so that no stranger is flooded."
        found.append(Trouble("storm", text))
    for box in rows:
        hears, speaks = judging.receiving(box, at=at), judging.sending(box, at=at)
        agreed = judging.consent(box, at=at)
        if agreed and agreed.state in ("bad", "warn"):
            found.append(Trouble("consent", agreed.text, box.pk, box.address, agreed.state))
            if agreed.state == "bad":
                continue
        if hears.state == "bad":
            found.append(Trouble("deaf", hears.text, box.pk, box.address))
        if speaks.state == "bad":
            found.append(Trouble("mute", speaks.text, box.pk, box.address))
    return sorted(found, key=lambda one: one.state != "bad")


def _disks() -> list[Trouble]:
    try:
        full = [disk for disk in measuring_disks.disks() if disk.state != "ok"]
    except OSError:
        return [Trouble("disk", "The data folder can't be read.")]
    return [
        Trouble(
            "disk",
            f"The disk of the {disk.what} is {disk.used_percent} % full. When it is full, mail is "
            "put off and nothing new can be kept.",
            state=disk.state,
        )
        for disk in full
    ]
