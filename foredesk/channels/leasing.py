"""Who fetches a mailbox: one node at a time, by a lease on the database's clock."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from foredesk.channels.models import FETCHED, Mailbox
from foredesk.plumbing.ids import public_id

LEASE = timedelta(seconds=60)


def new_holder() -> str:
    """A name for this process that no other ever has."""
    return f"{socket.gethostname()}/{os.getpid()}/{public_id()}"


def claim(holder: str) -> list[Mailbox]:
    """Take every mailbox that is to be fetched and that nobody else holds."""
    with transaction.atomic():
        _free_of_the_dead(holder)
        free = list(
            Mailbox.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(FETCHED, is_active=True)
            .filter(Q(lease_until=None) | Q(lease_until__lt=Now()))
        )
        Mailbox.objects.filter(pk__in=[box.pk for box in free]).update(
            lease_until=Now() + LEASE, leased_by=holder
        )
    return free


def renew(holder: str, mailbox_ids: list[int]) -> set[int]:
    """Keep the leases of these mailboxes; returns those that are still ours."""
    mine = Mailbox.objects.filter(pk__in=mailbox_ids, leased_by=holder)
    mine.update(lease_until=Now() + LEASE)
    return set(mine.values_list("pk", flat=True))


def release(holder: str, mailbox_id: int | None = None) -> None:
    """Give back one mailbox, or all."""
    mine = Mailbox.objects.filter(leased_by=holder)
    if mailbox_id is not None:
        mine = mine.filter(pk=mailbox_id)
    mine.update(lease_until=None, leased_by="")


def _free_of_the_dead(holder: str) -> None:
    """Leases of processes of this machine that are gone end now, not in a minute."""
    here = f"{socket.gethostname()}/"
    held = Mailbox.objects.filter(leased_by__startswith=here).exclude(leased_by=holder)
    for owner in set(held.values_list("leased_by", flat=True)):
        pid = owner.split("/")[1]
        if pid.isdigit() and not _is_alive(int(pid)):
            Mailbox.objects.filter(leased_by=owner).update(lease_until=None, leased_by="")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
