"""Check a mailbox while a person watches: a job takes the steps, a page reads how far it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction

from foredesk.channels import testing
from foredesk.channels.models import Mailbox
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.permissions import must_administer
from foredesk.plumbing.clock import now
from foredesk.plumbing.ids import public_id

KEPT = 3600  # seconds
LOST = timedelta(minutes=4)
"""A check that says nothing for longer died: the longest step takes 90 seconds."""


@dataclass
class Check:
    """How far a check is. `state`: waiting, running, done or lost."""

    run: str
    state: str
    at: datetime
    steps: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "lost")

    @property
    def is_well(self) -> bool:
        return self.state == "done" and all(step["is_well"] for step in self.steps)


def start(mailbox: Mailbox, *, by: Actor | Doer, at: datetime) -> Check:
    """Queue a check of both directions. One that runs already is left to run. Raises NotAllowed."""
    from foredesk.channels import tasks

    must_administer(by)
    running = look(mailbox.pk, at=at)
    if running and not running.is_over:
        return running
    check = Check(public_id(), "waiting", at)
    with transaction.atomic():
        _keep(mailbox.pk, check)
        tasks.check_mailbox.defer(mailbox_id=mailbox.pk, run=check.run)
    return check


def take_steps(mailbox_id: int, run: str) -> None:
    """Take the steps of the check `run`, and tell the page after each; an outdated run ends."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id).first()
    check = look(mailbox_id, at=now())
    if mailbox is None or check is None or check.run != run or check.state != "waiting":
        return
    check.state = "running"
    _tell(mailbox_id, check)
    for step in testing.check(mailbox):
        check.steps.append(asdict(step))
        _tell(mailbox_id, check)
    check.state = "done"
    _tell(mailbox_id, check)


def look(mailbox_id: int, *, at: datetime) -> Check | None:
    """The last check of a mailbox, for an hour."""
    check: Check | None = cache.get(_key(mailbox_id))
    if check and not check.is_over and at - check.at > LOST:
        check.state = "lost"
    return check


def _tell(mailbox_id: int, check: Check) -> None:
    check.at = now()
    with transaction.atomic():
        _keep(mailbox_id, check)
        recording.poke((f"mailbox-check-{mailbox_id}",))


def _keep(mailbox_id: int, check: Check) -> None:
    cache.set(_key(mailbox_id), check, timeout=KEPT)


def _key(mailbox_id: int) -> str:
    return f"mailbox-check:{mailbox_id}"
